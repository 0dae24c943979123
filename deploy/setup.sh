# Shared by ./run and ./test/run: Debian packages, the build, the page, a private PostgreSQL cluster.
# Sourced, not run. Every failure is one line that says what to do.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
pg_bin=/usr/lib/postgresql/15/bin
packages_build=(gcc meson ninja-build pkg-config python3 libuv1-dev libpq-dev libwslay-dev libcurl4-openssl-dev
  libssl-dev libsodium-dev libyajl-dev libxlsxwriter-dev libhiredis-dev libarchive-dev libstemmer-dev libutf8proc-dev node-llhttp brotli python3-yaml)
packages_run=(postgresql-15)
node_min=18

die() {
  printf 'obmen: %s\n' "$*" >&2
  exit 1
}

say() {
  printf '» %s\n' "$*"
}

missing_packages() {
  local p
  for p in "$@"; do
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$p" 2>/dev/null)" = installed ] || printf '%s ' "$p"
  done
}

as_root() {
  if [ "$(id -u)" = 0 ]; then
    "$@"
  elif command -v sudo >/dev/null; then
    sudo "$@"
  else
    die "these packages are missing and neither root nor sudo is at hand; install them: $missing"
  fi
}

# ensure_packages NAME…: installs what is missing; quick when nothing is.
ensure_packages() {
  command -v dpkg-query >/dev/null || die "this needs Debian 12 (dpkg was not found)"
  missing=$(missing_packages "$@")
  [ -z "$missing" ] && return
  say "installing: $missing"
  # Debian's PostgreSQL starts a server for the whole machine when it is installed; ours is private.
  local conf=/etc/postgresql-common/createcluster.conf
  [ -e $conf ] || { as_root mkdir -p ${conf%/*} && echo 'create_main_cluster = false' | as_root tee $conf >/dev/null; }
  mkdir -p "$root/var"
  # shellcheck disable=SC2086
  { as_root apt-get update && as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y \
    --no-install-recommends -o Dpkg::Options::=--force-confold $missing; } >"$root/var/apt.log" 2>&1 </dev/null ||
    die "installing packages failed (see var/apt.log): $(tail -n 1 "$root/var/apt.log")"
}

# Node is installed from Debian only when there is none: whoever brought a newer one keeps it.
ensure_node() {
  command -v node >/dev/null || ensure_packages nodejs
  command -v npm >/dev/null || ensure_packages npm
  local version
  version=$(node --version 2>/dev/null | sed 's/^v//; s/\..*//')
  [ "${version:-0}" -ge $node_min ] ||
    die "Node $(node --version 2>/dev/null || echo '(none)') is too old for building the page: version $node_min or newer is needed"
}

# install_page: the page's npm packages, when the lock is newer than they are.
install_page() {
  [ "$root/frontend/node_modules/.package-lock.json" -nt "$root/frontend/package-lock.json" ] && return
  mkdir -p "$root/var"
  say "installing the page's packages"
  npm --prefix "$root/frontend" ci --no-audit --no-fund >"$root/var/npm.log" 2>&1 </dev/null ||
    die "installing the page's packages failed (see var/npm.log): $(grep -m1 -iE 'error' "$root/var/npm.log" || tail -n 1 "$root/var/npm.log")"
}

# build_page: frontend/dist, when a source is newer than it.
build_page() {
  [ -f "$root/frontend/package.json" ] || return 0
  local dist=$root/frontend/dist/index.html
  if [ -f "$dist" ] && [ -z "$(find "$root/frontend" -path "$root/frontend/node_modules" -prune -o \
    -path "$root/frontend/dist" -prune -o -type f -newer "$dist" -print -quit)" ]; then
    return
  fi
  ensure_node
  say "building the page"
  mkdir -p "$root/var"
  install_page
  npm --prefix "$root/frontend" run build >"$root/var/page.log" 2>&1 </dev/null || die "building the page failed (see var/page.log): $(grep -m1 -iE 'error' "$root/var/page.log" || tail -n 1 "$root/var/page.log")"
}

# build_server FOLDER [meson options…]; $targets: only those of ninja's
build_server() {
  local dir=$root/$1
  shift
  mkdir -p "$root/var"
  if [ ! -f "$dir/build.ninja" ]; then
    say "configuring ${dir##*/}"
    meson setup "$dir" "$root" "$@" >"$root/var/build.log" 2>&1 </dev/null ||
      die "configuring failed (see var/build.log): $(grep -m1 ERROR "$root/var/build.log")"
  fi
  # shellcheck disable=SC2086
  ninja -C "$dir" ${targets:-} >"$root/var/build.log" 2>&1 </dev/null ||
    die "building failed (see var/build.log): $(grep -m1 -E 'error|FAILED' "$root/var/build.log")"
}

# ---- the private cluster ----

# pg_as COMMAND…: as an unprivileged user when called as root, because PostgreSQL refuses root.
pg_as() {
  if [ "$(id -u)" != 0 ]; then
    "$@"
  elif setpriv --reuid=postgres --regid=postgres --init-groups test -x "$root"; then
    setpriv --reuid=postgres --regid=postgres --init-groups "$@"
  else
    # A clone below /root: the user postgres may pass through, no more than that is used.
    setpriv --reuid=postgres --regid=postgres --init-groups --inh-caps=+dac_override --ambient-caps=+dac_override "$@"
  fi
}

# pg_paths DATA: sets pg_data, pg_socket, pg_url. A socket's path may have 107 bytes at most.
pg_paths() {
  pg_data=$1
  pg_socket=$pg_data-socket
  [ ${#pg_socket} -le 80 ] || pg_socket=/tmp/obmen-$(printf '%s' "$pg_data" | sha256sum | cut -c1-12)
  pg_url="host=$pg_socket user=obmen dbname=obmen"
}

# pg_start DATA: makes the cluster when there is none, starts it when it does not run. Local socket only.
pg_start() {
  pg_paths "$1"
  [ -x $pg_bin/initdb ] || die "PostgreSQL 15 was not found in $pg_bin"
  if [ ! -f "$pg_data/PG_VERSION" ]; then
    rm -rf "$pg_data"
    mkdir -p "$pg_data" "$pg_socket"
    chmod 700 "$pg_data" "$pg_socket"
    [ "$(id -u)" != 0 ] || chown postgres: "$pg_data" "$pg_socket"
    pg_as $pg_bin/initdb -D "$pg_data" -U obmen -A trust -E UTF8 --locale=C.UTF-8 >"$root/var/initdb.log" 2>&1 </dev/null ||
      die "initdb failed (see var/initdb.log): $(tail -n 1 "$root/var/initdb.log")"
    pg_as tee -a "$pg_data/postgresql.conf" >/dev/null <<CONF
listen_addresses = ''
unix_socket_directories = '$pg_socket'
unix_socket_permissions = 0700
max_connections = 100
shared_buffers = 128MB
max_wal_size = 2GB
checkpoint_timeout = 15min
log_min_messages = warning
CONF
  fi
  mkdir -p "$pg_socket"
  [ "$(id -u)" != 0 ] || chown postgres: "$pg_socket"
  if ! pg_as $pg_bin/pg_ctl -D "$pg_data" status >/dev/null 2>&1; then
    # In a session of its own: Ctrl-C must reach the server first and the database last.
    pg_as setsid $pg_bin/pg_ctl -D "$pg_data" -l "$pg_data/server.log" -w -t 60 start >/dev/null 2>&1 </dev/null ||
      die "PostgreSQL did not start (see $pg_data/server.log)"
  fi
  psql "host=$pg_socket user=obmen dbname=postgres" -qAtXc "SELECT 1 FROM pg_database WHERE datname = 'obmen'" |
    grep -q 1 || psql "host=$pg_socket user=obmen dbname=postgres" -qXc 'CREATE DATABASE obmen' >/dev/null ||
    die "the database could not be created (see $pg_data/server.log)"
}

pg_stop() {
  pg_as $pg_bin/pg_ctl -D "$pg_data" -m fast -w -t 30 stop >/dev/null 2>&1 || true
}
