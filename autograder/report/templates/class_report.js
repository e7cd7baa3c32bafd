"use strict";

function valueOf(row, column) {
  const cell = row.cells[column];
  const text = (cell.dataset.value ?? cell.textContent).trim();
  if (text === "" || text === "–") return null;
  const number = Number(text.replace(/ %$/, ""));
  return Number.isNaN(number) ? text.toLowerCase() : number;
}

function compare(a, b) {
  if (typeof a === "number" && typeof b === "number") return a - b;
  return String(a).localeCompare(String(b));
}

function sortBy(table, header) {
  const direction = header.getAttribute("aria-sort") === "ascending" ? "descending" : "ascending";
  const sign = direction === "ascending" ? 1 : -1;
  const column = header.cellIndex;
  const rows = [...table.tBodies[0].rows];
  rows.sort((one, other) => {
    const [a, b] = [valueOf(one, column), valueOf(other, column)];
    if (a === null || b === null) return (a === null) - (b === null); // what is missing stays at the end
    return sign * compare(a, b);
  });
  for (const other of header.parentElement.cells) other.removeAttribute("aria-sort");
  header.setAttribute("aria-sort", direction);
  table.tBodies[0].append(...rows);
}

for (const table of document.querySelectorAll("table.sortable")) {
  for (const header of table.tHead.rows[0].querySelectorAll("th")) {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...header.childNodes);
    button.addEventListener("click", () => sortBy(table, header));
    header.append(button);
  }
}

function plain(text) {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}

// At the beginning of a word: "late" is not to find who has a known mistake about templates.
function finder(word) {
  return new RegExp("(?<![\\p{L}\\p{N}])" + word.replace(/[\^$\\.*+?()[\]{}|\/]/g, "\\$&"), "u");
}

const list = document.getElementById("class-list");
if (list) {
  const textOf = (row) => [...row.cells].map((cell) => cell.textContent).join(" ");
  const rows = [...list.tBodies[0].rows].map((row) => [row, plain(`${textOf(row)} ${row.dataset.words}`)]);
  const wanted = document.getElementById("wanted");
  const shown = document.getElementById("shown");
  const filter = () => {
    const words = plain(wanted.value).split(/\s+/).filter(Boolean).map(finder);
    for (const [row, text] of rows) row.hidden = !words.every((word) => word.test(text));
    shown.textContent = `${rows.filter(([row]) => !row.hidden).length} of ${rows.length}`;
  };
  const offers = document.getElementById("filter");
  offers.hidden = false;
  for (const button of offers.querySelectorAll("button")) {
    button.addEventListener("click", () => {
      wanted.value = wanted.value === button.dataset.words ? "" : button.dataset.words;
      filter();
    });
  }
  wanted.addEventListener("input", filter);
  filter();
}
