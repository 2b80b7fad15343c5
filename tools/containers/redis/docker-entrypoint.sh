#!/bin/sh
# Runs redis-server as its own user. Reachable from other containers without a password, as the official image is,
# unless a configuration file says otherwise.
set -eu

case "$1" in
  -* | *.conf) set -- redis-server "$@" ;;
esac
if [ "$1" = redis-server ]; then
  case "${2:-}" in
    *.conf) grep -qs '^protected-mode' "$2" || set -- "$@" --protected-mode no ;;
    *) shift && set -- redis-server --protected-mode no "$@" ;;
  esac
  if [ "$(id -u)" -eq 0 ]; then
    chown -R redis:redis .
    set -- setpriv --reuid redis --regid redis --clear-groups -- "$@"
  fi
fi
exec "$@"
