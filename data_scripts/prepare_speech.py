"""Puts speech (two hours in five languages) into the cache that homework.datasets reads; 98 MB come.

    python data_scripts/prepare_speech.py [FOLDER]     default: $HOMEWORK_DATA, else ~/.cache/lecture19-homework

Debian's packages asterisk-core-sounds-{en,es,fr,it,ru}-wav are asked first (fetched by apt-get and unpacked without
root), then Debian's mirrors.
Voices: Allison Smith, June Wallack and Carlo Flora (CC-BY-SA-3.0), Maxim Topal (CC-BY-3.0).
"""

import sys

from homework.datasets import SPEECH
from preparation import prepare

if __name__ == "__main__":
    prepare(SPEECH, *sys.argv[1:2])

# Expected output:
# speech train: 4635 x 8192, 5 classes, sha256 96f8e8ec090fdfbc
# speech test: 1244 x 8192, 5 classes, sha256 18ae205ffbcbd45d
