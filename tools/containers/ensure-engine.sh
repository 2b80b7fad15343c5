#!/usr/bin/env bash
# A Docker engine that answers: nothing to do. None, as root on Debian or Ubuntu: installs the distribution's docker.io
# and starts it, also where no init system runs. Anything else ends with one line that says what is missing.
set -euo pipefail

readonly ANSWER_SECONDS=60
readonly LOG=/var/log/signalbox-dockerd.log

fail() {
  echo "ensure-engine: $1" >&2
  exit 1
}

answers() {
  timeout 10 docker version --format '{{.Server.Version}}' >/dev/null 2>&1
}

install_engine() {
  command -v apt-get >/dev/null && [ "$(id -u)" -eq 0 ] ||
    fail 'no Docker engine answers, and it can be installed only as root on Debian or Ubuntu: install and start Docker'
  local packages=(docker.io ca-certificates)
  [ -d /run/systemd/system ] || packages+=(cgroupfs-mount)
  apt-get update -qq
  # Some releases ship the command line apart from the engine.
  if apt-cache show docker-cli >/dev/null 2>&1; then
    packages+=(docker-cli)
  fi
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${packages[@]}" >/dev/null
}

start_engine() {
  [ "$(id -u)" -eq 0 ] || fail 'the Docker engine is installed and does not answer, and only root can start it'
  if [ -d /run/systemd/system ]; then
    systemctl start docker || fail 'systemctl start docker failed: see journalctl -u docker'
  elif ! pidof dockerd >/dev/null; then
    if command -v cgroupfs-mount >/dev/null; then
      cgroupfs-mount
    fi
    setsid dockerd </dev/null >"$LOG" 2>&1 &
  fi
}

await_engine() {
  local deadline=$((SECONDS + ANSWER_SECONDS))
  until answers; do
    if [ ! -d /run/systemd/system ] && ! pidof dockerd >/dev/null; then
      fail "dockerd ended: $(tail -n 1 "$LOG")"
    fi
    [ "$SECONDS" -lt "$deadline" ] || fail "the Docker engine did not answer within $ANSWER_SECONDS s"
    sleep 0.5
  done
}

if command -v docker >/dev/null && answers; then
  exit 0
fi
[ -z "${DOCKER_HOST:-}" ] || fail "DOCKER_HOST=$DOCKER_HOST does not answer: start that engine, or unset DOCKER_HOST"
command -v docker >/dev/null && command -v dockerd >/dev/null || install_engine
start_engine
await_engine
