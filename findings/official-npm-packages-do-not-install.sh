#!/usr/bin/env bash
# npm @blockchaincommons/dcbor 1.0.0-beta.1, and the other packages of that release: `npm install` fails.
#
# Each names a `postinstall` script, scripts/pin-lint-typescript.mjs, that is not among its files. npm runs it in the
# folder of whoever installs the package, directly or as a dependency of something else, and gives up: nothing is
# installed. With --ignore-scripts the packages install and work. Their installation guides do not say so.
# Whoever builds on them has to tell users, or to ship them compiled in.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"

cat > seen.txt <<'SEEN'
dcbor: fails, Cannot find module; without scripts: installed
crypto: fails, Cannot find module; without scripts: installed
tags: fails, Cannot find module; without scripts: installed
uniform-resources: fails, Cannot find module; without scripts: installed
sskr: fails, Cannot find module; without scripts: installed
SEEN

# install PACKAGE OPTION… in a new project
install() {
  local package=$1
  shift
  rm -rf project && mkdir project && echo '{ "private": true }' > project/package.json
  npm install --prefix project --no-audit --no-fund "$@" "@blockchaincommons/$package@1.0.0-beta.1" > log.txt 2>&1
}

for package in dcbor crypto tags uniform-resources sskr; do
  plain=installed without=installed
  install "$package" --no-ignore-scripts || plain="fails, $(grep -om1 'Cannot find module' log.txt)"
  install "$package" --ignore-scripts || without=fails
  echo "$package: $plain; without scripts: $without"
done | tee now.txt
diff seen.txt now.txt
