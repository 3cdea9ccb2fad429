#!/bin/sh
# tools.sh DIR: brings the independent judges of the outputs into DIR by their package managers: veraPDF and
# PDFBox from Maven Central, pyHanko and the Python libraries from PyPI in an environment of their own.
set -eu
dir=$1
here=$(cd "$(dirname "$0")" && pwd)
sudo=""
[ "$(id -u)" = 0 ] || sudo=sudo
missing=""
command -v javac >/dev/null 2>&1 || missing="$missing default-jdk-headless"
command -v mvn >/dev/null 2>&1 || missing="$missing maven"
command -v gs >/dev/null 2>&1 || missing="$missing ghostscript"
command -v qpdf >/dev/null 2>&1 || missing="$missing qpdf"
command -v mutool >/dev/null 2>&1 || missing="$missing mupdf-tools"
command -v pdfsig >/dev/null 2>&1 || missing="$missing poppler-utils"
python3 -c 'import ensurepip' 2>/dev/null || missing="$missing python3-venv"
if [ -n "$missing" ]; then
  $sudo apt-get update -qq
  # shellcheck disable=SC2086
  $sudo apt-get install -y -qq --no-install-recommends $missing
fi
mkdir -p "$dir/lib"
for a in org.verapdf.apps:cli:1.30.2 org.apache.pdfbox:pdfbox-app:3.0.6; do
  name=$(echo "$a" | cut -d: -f2,3 | tr : -)
  [ -f "$dir/lib/$name.jar" ] || mvn -q dependency:copy -Dartifact="$a" -DoutputDirectory="$dir/lib"
done
if ! cmp -s "$here/requirements.txt" "$dir/requirements.txt"; then
  python3 -m venv "$dir/venv"
  "$dir/venv/bin/pip" install --quiet --disable-pip-version-check -r "$here/requirements.txt"
  cp "$here/requirements.txt" "$dir/requirements.txt"
fi
