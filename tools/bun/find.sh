# Sourced with $root set: sets $bun to a Bun of exactly the version in .bun-version, from PATH or installed once
# into the tools folder. The lockfiles beside this file carry the hash that npm (or another Bun) checks.
version=$(cat "$root/.bun-version")
tools=${PALOMAR_TOOLS_DIR:-$root/.palomar/tools}
home=$tools/bun-$version

is_pinned() { [ -x "$1" ] && [ "$("$1" --version 2>/dev/null)" = "$version" ]; }

bun=$(command -v bun || true)
other=$bun
is_pinned "$bun" || bun=$home/bun
if ! is_pinned "$bun"; then
  mkdir -p "$tools"
  draft=$(mktemp -d "$tools/.bun-XXXXXX")
  trap 'rm -rf "$draft"' EXIT
  cp "$root/tools/bun/package.json" "$root/tools/bun/package-lock.json" "$root/tools/bun/bun.lock" "$draft"
  echo "Installing Bun $version into $home …" >&2
  if command -v npm >/dev/null 2>&1; then
    (cd "$draft" && npm ci --ignore-scripts --no-audit --no-fund) >"$draft/log" 2>&1 || true
  elif [ -n "$other" ]; then
    (cd "$draft" && rm package-lock.json && "$other" install --frozen-lockfile --ignore-scripts) >"$draft/log" 2>&1 || true
  else
    echo "Palomar needs Bun $version: neither it nor npm is on PATH (https://bun.sh or your system's Node.js)" >&2
    exit 1
  fi
  for candidate in "$draft"/node_modules/@oven/*/bin/bun; do
    chmod +x "$candidate" 2>/dev/null || true
    if is_pinned "$candidate"; then
      mkdir -p "$home"
      # Renamed into place, so that two runs at once are safe.
      mv -f "$candidate" "$home/bun"
      break
    fi
  done
  if ! is_pinned "$bun"; then
    # The first line that speaks of an error; grep may not be there.
    said=''
    while read -r line; do case $said$line in *[Ee][Rr][Rr]*) said=${said:-$line} ;; esac; done <"$draft/log"
    echo "Bun $version could not be installed for this machine: ${said:-its binary does not run here}" >&2
    exit 1
  fi
  rm -rf "$draft"
  trap - EXIT
fi
# What is started from here calls plain `bun`.
PATH=$(dirname "$bun"):$PATH
export PATH
