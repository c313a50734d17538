# What the tests need beside Node: PostgreSQL, MariaDB, Chromium, and Python with the clients of the Django contracts. Sourced by .ci/run; installs and starts what is missing (Debian, root),
# and says where each one is by an environment variable. Where one cannot be had, its variable stays unset, and the tests say so.

TEST_NAME=latchkey_test

# Installs the packages that are missing: one update, one installation.
install_missing() {
  local missing=()
  [ -d /usr/lib/postgresql ] || missing+=(postgresql)
  [ -x /usr/sbin/mariadbd ] || missing+=(mariadb-server)
  [ -x /usr/bin/chromium ] || missing+=(chromium)
  python_clients 2>/dev/null || missing+=(python3-jwt python3-djangorestframework-simplejwt)
  # For the bench: what serves the rival of Django.
  [ -x /usr/bin/gunicorn ] || missing+=(gunicorn)
  # For the deployment: its proxy, its certificate, its backups, its units.
  [ -x /usr/sbin/nginx ] || missing+=(nginx-light)
  command -v openssl >/dev/null || missing+=(openssl)
  command -v sqlite3 >/dev/null || missing+=(sqlite3)
  command -v systemd-analyze >/dev/null || missing+=(systemd)
  [ ${#missing[@]} -gt 0 ] || { echo "everything is installed"; return 0; }
  command -v apt-get >/dev/null && [ "$(id -u)" = 0 ] || { echo "missing, and not installable without apt-get and root: ${missing[*]}"; return 1; }
  echo "installing ${missing[*]}"
  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "${missing[@]}" >/dev/null
}

# Waits up to 30 seconds for a command to succeed.
wait_for() {
  local i
  for i in $(seq 60); do
    "$@" >/dev/null 2>&1 && return 0
    sleep 0.5
  done
  echo "still failing after 30 s: $*"
  return 1
}

start_postgres() {
  local version cluster _
  # A cluster takes the next port where 5432 was in use when it was made.
  read -r version cluster PGPORT _ < <(pg_lsclusters --no-header) || return 1
  export PGPORT
  if ! pg_isready -q -h 127.0.0.1; then
    echo "starting PostgreSQL $version"
    pg_ctlcluster --skip-systemctl-redirect "$version" "$cluster" start || true
  fi
  wait_for pg_isready -h 127.0.0.1
}

start_mariadb() {
  if ! mariadb-admin --user=root ping >/dev/null 2>&1; then
    echo "starting MariaDB"
    install -d -o mysql -g mysql /run/mysqld
    start-stop-daemon --start --oknodo --background --exec /usr/sbin/mariadbd -- --user=mysql
  fi
  wait_for mariadb-admin --user=root ping
}

# A role and an empty database of the tests' own. A run begins with nothing that an earlier one left.
prepare_postgres() {
  local psql=(psql -v ON_ERROR_STOP=1 -q)
  [ "$(id -u)" = 0 ] && psql=(runuser -u postgres -- "${psql[@]}")
  (cd / && "${psql[@]}" -d postgres) <<SQL || return 1
DROP DATABASE IF EXISTS $TEST_NAME WITH (FORCE);
DO \$\$ BEGIN CREATE ROLE $TEST_NAME; EXCEPTION WHEN duplicate_object THEN NULL; END \$\$;
ALTER ROLE $TEST_NAME LOGIN CREATEDB PASSWORD '$TEST_NAME';
CREATE DATABASE $TEST_NAME OWNER $TEST_NAME TEMPLATE template0 ENCODING 'UTF8';
SQL
  export LATCHKEY_TEST_POSTGRES="postgres://$TEST_NAME:$TEST_NAME@127.0.0.1:$PGPORT/$TEST_NAME"
  PGCONNECT_TIMEOUT=10 psql -q "$LATCHKEY_TEST_POSTGRES" -c "SELECT 1" >/dev/null
}

prepare_mariadb() {
  local host
  {
    echo "DROP DATABASE IF EXISTS $TEST_NAME; CREATE DATABASE $TEST_NAME CHARACTER SET utf8mb4;"
    for host in localhost 127.0.0.1; do
      echo "CREATE OR REPLACE USER '$TEST_NAME'@'$host' IDENTIFIED BY '$TEST_NAME';"
      # Also databases that tests create under names of this beginning.
      echo "GRANT ALL ON \`${TEST_NAME/_/\\_}%\`.* TO '$TEST_NAME'@'$host';"
    done
  } | mariadb --user=root || return 1
  export LATCHKEY_TEST_MYSQL="mysql://$TEST_NAME:$TEST_NAME@127.0.0.1:3306/$TEST_NAME"
  mariadb -h 127.0.0.1 -u "$TEST_NAME" "-p$TEST_NAME" "$TEST_NAME" -e "SELECT 1" >/dev/null
}

prepare_chromium() {
  [ -x /usr/bin/chromium ] || return 1
  export LATCHKEY_TEST_CHROMIUM=/usr/bin/chromium
}

# Debian's Python, not one that stands before it in PATH: it has the packages.
python_clients() {
  /usr/bin/python3 -c "import jwt, rest_framework_simplejwt"
}

prepare_python() {
  python_clients || return 1
  export LATCHKEY_TEST_PYTHON=/usr/bin/python3
}

# Brings up all of them, each for itself: one that fails does not keep the others away.
services() {
  local failed=0
  install_missing || failed=1
  start_postgres && prepare_postgres || { echo "PostgreSQL is not to be had"; failed=1; }
  start_mariadb && prepare_mariadb || { echo "MariaDB is not to be had"; failed=1; }
  prepare_chromium || { echo "Chromium is not to be had"; failed=1; }
  prepare_python || { echo "Python's clients are not to be had"; failed=1; }
  echo "LATCHKEY_TEST_POSTGRES=${LATCHKEY_TEST_POSTGRES:-} LATCHKEY_TEST_MYSQL=${LATCHKEY_TEST_MYSQL:-} LATCHKEY_TEST_CHROMIUM=${LATCHKEY_TEST_CHROMIUM:-} LATCHKEY_TEST_PYTHON=${LATCHKEY_TEST_PYTHON:-}"
  return "$failed"
}
