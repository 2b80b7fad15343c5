#!/usr/bin/env bash
# Initialises an empty data directory as the official image does, then becomes the server.
set -euo pipefail

# The value of $1, or the content of the file that ${1}_FILE names, or $2.
setting() {
  local file_variable="${1}_FILE"
  if [ -n "${!1:-}" ] && [ -n "${!file_variable:-}" ]; then
    echo "both $1 and $file_variable are set (but are exclusive)" >&2
    exit 1
  elif [ -n "${!file_variable:-}" ]; then
    cat "${!file_variable}"
  else
    printf '%s\n' "${!1:-$2}"
  fi
}

run_init_files() {
  local file
  for file in /docker-entrypoint-initdb.d/*; do
    case "$file" in
      *.sh) if [ -x "$file" ]; then "$file"; else . "$file"; fi ;;
      *.sql) query --file "$file" ;;
      *.sql.gz) gunzip --stdout "$file" | query ;;
    esac
  done
}

query() {
  PGPASSWORD="$POSTGRES_PASSWORD" psql --set ON_ERROR_STOP=1 --no-password --no-psqlrc --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" "$@"
}

initialise() {
  local method=${POSTGRES_HOST_AUTH_METHOD:-scram-sha-256}
  if [ -z "$POSTGRES_PASSWORD" ] && [ "$method" != trust ]; then
    echo 'Error: Database is uninitialized and superuser password is not specified.' >&2
    exit 1
  fi
  # shellcheck disable=SC2086 # several arguments in one variable
  initdb --username="$POSTGRES_USER" --pwfile=<(printf '%s\n' "$POSTGRES_PASSWORD") $POSTGRES_INITDB_ARGS
  printf '\nhost all all all %s\n' "$method" >>"$PGDATA/pg_hba.conf"

  # As long as it is being prepared, nobody reaches it by TCP.
  pg_ctl --wait --options "-c listen_addresses=''" start
  if [ "$POSTGRES_DB" != postgres ]; then
    POSTGRES_DB=postgres query --set name="$POSTGRES_DB" <<<'CREATE DATABASE :"name";'
  fi
  run_init_files
  pg_ctl --mode fast --wait stop
  printf '\nPostgreSQL init process complete; ready for start up.\n\n'
}

if [ "${1:0:1}" = - ]; then
  set -- postgres "$@"
fi
if [ "$1" = postgres ] && [ "$(id -u)" -eq 0 ]; then
  install -d -o postgres -g postgres -m 0700 "$PGDATA"
  chown -R postgres:postgres "$PGDATA"
  exec setpriv --reuid postgres --regid postgres --init-groups -- "$0" "$@"
fi
if [ "$1" = postgres ] && [ ! -s "$PGDATA/PG_VERSION" ]; then
  POSTGRES_USER=$(setting POSTGRES_USER postgres)
  POSTGRES_PASSWORD=$(setting POSTGRES_PASSWORD '')
  POSTGRES_DB=$(setting POSTGRES_DB "$POSTGRES_USER")
  POSTGRES_INITDB_ARGS=$(setting POSTGRES_INITDB_ARGS '')
  initialise
fi
unset POSTGRES_PASSWORD
exec "$@"
