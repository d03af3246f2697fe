"""Takes the code blocks out of a page of the documentation, so that tests do what the page says.

    python3 page_files.py PAGE LANGUAGE    prints the blocks of one language
"""

import pathlib
import re
import sys

BLOCK = re.compile(r"^( *)```(\w*)\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)


def code_blocks(page, language):
    """The page's blocks in a language, each without its indentation; "" for blocks without one."""
    blocks = []
    for indent, name, text in BLOCK.findall(pathlib.Path(page).read_text(encoding="utf-8")):
        if name == language:
            blocks.append("".join(line.removeprefix(indent) for line in text.splitlines(keepends=True)))
    return blocks


if __name__ == "__main__":
    sys.stdout.write("\n".join(code_blocks(sys.argv[1], sys.argv[2])))
