#!/usr/bin/env bash
# Makes public/fonts from the fonts' npm packages: what our own words need in one small file, other Latin letters in a
# second, which a browser fetches when a name on the page has them. Weights and sizes are those that tokens.scss uses; code has
# one weight: a second is half of its file.
# Run by hand when a font or the set changes, and the result committed; needs npm and Python.
set -euo pipefail
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet fonttools==4.68.0 brotli==1.2.1

# ASCII, and the signs that the product writes: © « ± · » × – — ‘ ’ “ ” „ • … ′ ″ ‹ › ← ↑ → ↓ − € ™
own=0020-007E,00A0,00A9,00AB,00B1,00B7,00BB,00D7,2013,2014,2018-201A,201C-201E,2022,2026,2032,2033,2039,203A,2190-2193,2212,20AC,2122
# The other letters of western European names.
latin=00A1-00FF,0131,0152-0153,02BB-02DC,0300-0331,2044

# font <package@version> <file in it> <axes> <OpenType features> <name>
font() {
    (cd "$work" && tar xzf "$(npm pack --silent "@fontsource-variable/$1" | tail -n 1)")
    "$work/venv/bin/fonttools" varLib.instancer --quiet "$work/package/files/$2" $3 --output "$work/axes.ttf"
    "$work/venv/bin/python" "$work/kerning.py" "$work/axes.ttf"
    subset "$4" "$5" "$own"
    subset "$4" "$5-latin" "$latin"
}

# Kerning alike in all weights and in steps of a hundredth of the size, a tenth of a pixel at most: what finer steps say is a
# kilobyte that nobody sees.
cat > "$work/kerning.py" <<'PYTHON'
import sys
from fontTools.ttLib import TTFont

DEVICE = 0x40
font = TTFont(sys.argv[1])
step = font["head"].unitsPerEm // 128


def values(table):
    if table.Format == 1:
        return [value for pairs in table.PairSet for pair in pairs.PairValueRecord for value in (pair.Value1, pair.Value2)]
    return [value for first in table.Class1Record for second in first.Class2Record for value in (second.Value1, second.Value2)]


for lookup in font["GPOS"].table.LookupList.Lookup:
    for table in lookup.SubTable:
        table = getattr(table, "ExtSubTable", table)
        if table.LookupType != 2:
            continue
        for value in values(table):
            if value is not None and hasattr(value, "XAdvance"):
                value.XAdvance = round(value.XAdvance / step) * step
                value.__dict__.pop("XAdvDevice", None)
        table.ValueFormat1 &= ~DEVICE
        table.ValueFormat2 &= ~DEVICE
font.save(sys.argv[1])
PYTHON

# subset <features> <name> <code points>
subset() {
    "$work/venv/bin/pyftsubset" "$work/axes.ttf" --unicodes="$3" --layout-features="$1" \
        --no-hinting --name-IDs= --drop-tables+=STAT --flavor=woff2 --output-file="public/fonts/$2.woff2"
}

font inter@5.3.0 inter-latin-opsz-normal.woff2 "wght=400:600 opsz=14" kern,mark,mkmk,ccmp,locl,tnum inter
font jetbrains-mono@5.3.0 jetbrains-mono-latin-wght-normal.woff2 "wght=400" kern,mark,mkmk,ccmp,locl jetbrains-mono
