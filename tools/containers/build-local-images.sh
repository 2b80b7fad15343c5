#!/usr/bin/env bash
# build-local-images.sh [LIST]
# Sees to it that the images of a list, else of libs/testkit/images.json, are on this machine: one that is there stays, one
# that can be pulled is pulled, any other is built under the same name from Debian's packages, by the Dockerfile in the
# directory of its key. An image without a Dockerfile is left out with a word.
set -euo pipefail
list=''
[ "$#" -eq 0 ] || list=$(realpath "$1")
cd "$(dirname "${BASH_SOURCE[0]}")"

readonly IMAGES=${list:-../../libs/testkit/images.json}
readonly BASE=signalbox-debian:bookworm
readonly PULL_SECONDS=120
readonly LOCK=/var/lock/signalbox-local-images.lock
readonly MIRROR=http://deb.debian.org/debian
readonly SECURITY_MIRROR=http://deb.debian.org/debian-security

# Directories of this run, removed at its end.
scratches=()
trap 'rm -rf --one-file-system "${scratches[@]}"' EXIT

fail() {
  echo "build-local-images: $1" >&2
  exit 1
}

say() {
  echo "build-local-images: $1"
}

# "key name" of every image, one a line.
listed_images() {
  sed -n 's/^ *"\([a-z-]*\)": *"\([^"]*\)".*$/\1 \2/p' "$IMAGES"
}

is_present() {
  docker image inspect "$1" >/dev/null 2>&1
}

is_pulled() {
  timeout "$PULL_SECONDS" docker pull --quiet "$1" >/dev/null 2>&1
}

# "uri release" of every archive of Debian that this machine's apt reads.
debian_archives() {
  apt-get indextargets --format '$(REPO_URI) $(RELEASE)' 'Created-By: Packages' 'Origin: Debian' 'Component: main'
}

# Sources of bookworm from the archives that this machine's apt reads, else from Debian's own.
bookworm_sources() {
  local archives mirror security
  archives=$(debian_archives)
  mirror=$(awk '$2 !~ /-security$/ { print $1; exit }' <<<"$archives")
  security=$(awk '$2 ~ /-security$/ { print $1; exit }' <<<"$archives")
  if [ -z "$mirror" ]; then
    mirror=$MIRROR security=$SECURITY_MIRROR
  fi
  echo "deb $mirror bookworm main"
  echo "deb $mirror bookworm-updates main"
  if [ -n "$security" ]; then
    echo "deb $security bookworm-security main"
  fi
}

# A proxy of this machine's apt, for debootstrap and the builds; neither keeps it in an image.
use_proxy_of_apt() {
  local proxy=''
  eval "$(apt-config shell proxy Acquire::http::Proxy)"
  if [ -n "$proxy" ] && [ "$proxy" != DIRECT ]; then
    export http_proxy="$proxy"
  fi
}

build_base() {
  say "building $BASE by debootstrap"
  # Not /tmp: debootstrap refuses file systems mounted without devices or programs, as /tmp often is.
  local scratch
  scratch=$(mktemp -d /var/tmp/signalbox-debian.XXXXXX)
  scratches+=("$scratch")
  local root=$scratch/root sources mirror
  sources=$(bookworm_sources)
  mirror=$(awk '{ print $2; exit }' <<<"$sources")
  debootstrap --variant=minbase bookworm "$root" "$mirror" >"$scratch/log" 2>&1 ||
    fail "debootstrap failed: $(tail -n 1 "$scratch/log")"
  configure_packages "$root" "$sources"
  tar -C "$root" --exclude='./usr/share/doc/*' --exclude='./usr/share/man/*' --exclude='./usr/share/locale/*' \
    --exclude='./var/cache/apt/*' --exclude='./var/lib/apt/lists/*' -c . |
    docker import --change 'CMD ["bash"]' - "$BASE" >/dev/null
}

# Packages in the images come from where this machine's come from, and leave out what tests don't read.
configure_packages() {
  local root=$1 sources=$2
  echo "$sources" >"$root/etc/apt/sources.list"
  {
    apt-config dump --format '%F "%v";%n' | grep -E '^Acquire::(Check-Valid-Until|Check-Date) ' || true
    echo 'Acquire::Languages "none";'
    echo 'APT::Install-Recommends "false";'
  } >"$root/etc/apt/apt.conf.d/local-images"
  printf '%s\n' force-unsafe-io 'path-exclude=/usr/share/doc/*' 'path-exclude=/usr/share/man/*' \
    'path-exclude=/usr/share/locale/*' >"$root/etc/dpkg/dpkg.cfg.d/local-images"
}

# What is in an image and neither here nor in a package of Debian is fetched into its build context by the fetch.sh of its
# directory.
build_image() {
  local key=$1 name=$2 context output
  say "building $name"
  context=$(mktemp -d "/var/tmp/signalbox-$key.XXXXXX")
  scratches+=("$context")
  cp -R "$key/." "$context"
  if [ -x "$key/fetch.sh" ]; then
    output=$("$key/fetch.sh" "$context" 2>&1) || fail "fetching what is in $name failed: $(tail -n 20 <<<"$output")"
  fi
  output=$(docker build --network host --build-arg http_proxy --build-arg BASE="$BASE" --tag "$name" "$context" 2>&1) ||
    fail "building $name failed: $(tail -n 20 <<<"$output")"
}

prepare_machine() {
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -qq --no-install-recommends debootstrap debian-archive-keyring >/dev/null
}

# One at a time on a machine: whoever comes second finds the images of the first.
build_missing() {
  exec 9>"$LOCK"
  flock 9
  use_proxy_of_apt
  if ! is_present "$BASE"; then
    prepare_machine
    build_base
  fi
  while read -r key name; do
    if ! is_present "$name" && [ -e "$key/Dockerfile" ]; then
      build_image "$key" "$name"
    fi
  done <<<"$images"
}

docker version >/dev/null 2>&1 || fail 'no Docker engine answers: run tools/containers/ensure-engine.sh'
images=$(listed_images)
[ -n "$images" ] || fail "no image stands in $IMAGES"
missing=()
while read -r key name; do
  if is_present "$name" || is_pulled "$name"; then
    continue
  elif [ -e "$key/Dockerfile" ]; then
    missing+=("$name")
  else
    say "left out, since it can't be pulled: $name"
  fi
done <<<"$images"
[ "${#missing[@]}" -gt 0 ] || exit 0
command -v apt-get >/dev/null && [ "$(id -u)" -eq 0 ] ||
  fail "can't pull ${missing[*]}, and images are built only as root on Debian or Ubuntu"
build_missing
