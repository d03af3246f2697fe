// The table's filter: words are looked for in id and name; "nse < 0.5" or "area >= 1000" compares a column.

const kComparisons = {
  "<": (a, b) => a < b,
  ">": (a, b) => a > b,
  "<=": (a, b) => a <= b,
  ">=": (a, b) => a >= b,
  "=": (a, b) => a === b,
};

const plain = (text) => text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "");

/** The test one word of the filter makes. `columns` are {key, label, value(basin)} of the numeric columns. */
function testOf(word, columns) {
  const parts = /^(.+?)(<=|>=|<|>|=)(.+)$/.exec(word);
  if (parts) {
    const column = columns.find(({ key, label }) => plain(key) === plain(parts[1]) || plain(label) === plain(parts[1]));
    const limit = Number(parts[3].replace("\u2212", "-"));
    const compare = kComparisons[parts[2]];
    if (column && !Number.isNaN(limit)) return (basin) => column.value(basin) !== null && compare(column.value(basin), limit);
  }
  return (basin) => basin.search.includes(word);
}

/** A function that says whether a basin passes all words of `text`. */
export function basinFilter(text, columns) {
  const words = text
    .toLowerCase()
    .replace(/\s*(<=|>=|<|>|=)\s*/g, "$1")
    .split(/\s+/)
    .filter(Boolean);
  const tests = words.map((word) => testOf(word, columns));
  return (basin) => tests.every((test) => test(basin));
}
