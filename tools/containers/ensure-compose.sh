#!/usr/bin/env bash
# A compose that answers, Docker's plugin or a program of its own: nothing to do. None, as root on Debian or Ubuntu: installs the
# distribution's docker-compose. Anything else ends with one line that says what is missing.
set -euo pipefail

fail() {
  echo "ensure-compose: $1" >&2
  exit 1
}

answers() {
  docker compose version >/dev/null 2>&1 || docker-compose version >/dev/null 2>&1
}

install_compose() {
  command -v apt-get >/dev/null && [ "$(id -u)" -eq 0 ] ||
    fail 'neither docker compose nor docker-compose answers, and it can be installed only as root on Debian or Ubuntu'
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends docker-compose >/dev/null
}

if answers; then
  exit 0
fi
install_compose
answers || fail 'docker-compose was installed and does not answer'
