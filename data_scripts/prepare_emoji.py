"""Puts emoji (1,641 captioned images by two artists) into the cache that homework.datasets reads; 136 MB come.

    python data_scripts/prepare_emoji.py [FOLDER]     default: $HOMEWORK_DATA, else ~/.cache/lecture19-homework

npm's packages emoji-datasource-google and -twitter are asked first (only their tarballs, nothing of them is run), then
two mirrors that give out single files of them, 12 MB. Noto Emoji: Google, Apache-2.0; Twemoji: Twitter, Inc and other
contributors, CC-BY-4.0; emoji-data: Cal Henderson, MIT.
"""

import sys

from homework.datasets import EMOJI
from preparation import prepare

if __name__ == "__main__":
    prepare(EMOJI, *sys.argv[1:2])

# Expected output:
# emoji google: 1641 x 3 x 32 x 32, 9 classes, sha256 bd02839ab868055c
# emoji twitter: 1641 x 3 x 32 x 32, 9 classes, sha256 4e8047e6ddcd05b0
# emoji captions: 1641 x 80, 9 classes, sha256 4085bc2b8ef81f0f
