#!/bin/sh
# Runs a command, and with it Node where what is given is an option or no command.
set -eu

case "${1:-}" in
  '' | -*) set -- node "$@" ;;
  *) command -v "$1" >/dev/null || set -- node "$@" ;;
esac
exec "$@"
