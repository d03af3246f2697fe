import { byId, h } from "./dom.js";
import { basinFilter } from "./filter.js";
import { colourRange, formatScore } from "./metrics.js";
import { basinCount, count, isNumber, significant } from "./numbers.js";
import { scoresOf } from "./report_data.js";
import { colourOf, palette } from "./theme.js";

const kRowHeight = 34; // as in style.css
const kSpareRows = 12;

/** One row a basin: sortable, filterable, and only the rows in view exist in the document. */
export class BasinTable {
  constructor(report, selection) {
    this.report = report;
    this.selection = selection;
    this.rebuild();
    selection.listen((index) => this.reveal(index));
  }

  /** Makes the table anew, after the report's columns have changed. */
  rebuild() {
    this.columns = this.columnsOf();
    this.sort = { column: this.columns.findIndex(({ key }) => key === this.report.main.key), descending: false };
    const filter = this.input?.value ?? "";
    this.build();
    this.input.value = filter;
    this.arrange();
  }

  columnsOf() {
    const number = (key, label, unit, value, text) => ({ key, label, unit, value, text, numeric: true });
    const columns = [{ key: "id", label: "Basin", value: (basin) => basin.id, text: (basin) => basin.id }];
    if (this.report.basins.some((basin) => basin.name)) {
      columns.push({ key: "name", label: "Name", value: (basin) => basin.name, text: (basin) => basin.name });
    }
    if (this.report.basins.some((basin) => isNumber(basin.area))) {
      columns.push(
        number(
          "area",
          "Area",
          "km²",
          (basin) => basin.area,
          (basin) => significant(basin.area),
        ),
      );
    }
    this.report.metrics.forEach((info, i) => {
      columns.push(
        number(
          info.key,
          info.label,
          info.unit,
          (basin) => basin.scores[i],
          (basin) => formatScore(info, basin.scores[i]),
        ),
      );
    });
    return columns;
  }

  build() {
    this.heads = this.columns.map((column, i) =>
      h(
        "th",
        { scope: "col", class: column.numeric ? `number of-${column.key}` : `of-${column.key}` },
        h(
          "button",
          { type: "button", onclick: () => this.sortBy(i) },
          column.label,
          column.unit ? h("small", {}, column.unit) : null,
        ),
      ),
    );
    this.input = h("input", {
      type: "search",
      id: "filter",
      placeholder: `name, id, or ${this.report.main.label.toLowerCase()} < 0.5`,
      spellcheck: "false",
      autocomplete: "off",
      oninput: () => this.arrange(),
    });
    this.body = h("tbody");
    this.shown = h("p", { class: "note", "aria-live": "polite" });
    const table = h("table", { class: "basins" }, h("thead", {}, h("tr", {}, this.heads)), this.body);
    this.table = table;
    this.scroller = h("div", { class: "scroller", tabindex: "0", role: "region", "aria-label": "Table of basins" }, table);
    this.scroller.addEventListener("scroll", () => this.fill(), { passive: true });
    this.scroller.addEventListener("keydown", (event) => this.onKey(event));
    this.body.addEventListener("click", (event) => this.onClick(event));
    new ResizeObserver(() => this.fill()).observe(this.scroller);
    byId("table").replaceChildren(
      h(
        "div",
        { class: "section-head" },
        h("h2", { id: "table-title" }, "Basins"),
        h("label", { class: "field" }, "Filter", this.input),
      ),
      this.scroller,
      this.shown,
    );
  }

  sortBy(column) {
    const same = this.sort.column === column;
    this.sort = { column, descending: same ? !this.sort.descending : false };
    this.arrange();
  }

  /** Filters and sorts; missing values come last either way. */
  arrange() {
    const { column, descending } = this.sort;
    const { value, numeric } = this.columns[column];
    const passes = basinFilter(
      this.input.value,
      this.columns.filter((c) => c.numeric),
    );
    const text = new Intl.Collator("en", { numeric: true });
    const compare = (a, b) => {
      const [x, y] = [value(a), value(b)];
      if (!numeric) return (descending ? -1 : 1) * text.compare(x, y);
      if (!isNumber(x) || !isNumber(y)) return isNumber(y) - isNumber(x);
      return descending ? y - x : x - y;
    };
    this.rows = this.report.basins.filter(passes).sort(compare);
    this.heads.forEach((head, i) =>
      head.setAttribute("aria-sort", i !== column ? "none" : descending ? "descending" : "ascending"),
    );
    this.table.setAttribute("aria-rowcount", this.rows.length + 1);
    const total = this.report.basins.length;
    this.shown.textContent =
      this.rows.length === total ? basinCount(total) : `${count(this.rows.length)} of ${basinCount(total)}`;
    this.range = undefined;
    this.scroller.scrollTop = 0;
    this.fill();
  }

  /** The basins' indices in the table's order. */
  order() {
    return this.rows.map((basin) => basin.index);
  }

  /** Puts the rows in view, and some more, into the document. */
  fill(all = false) {
    const first = all ? 0 : Math.max(0, Math.floor(this.scroller.scrollTop / kRowHeight) - kSpareRows);
    const visible = Math.ceil(this.scroller.clientHeight / kRowHeight) + 2 * kSpareRows;
    const last = all ? this.rows.length : Math.min(this.rows.length, first + visible);
    if (this.range?.[0] === first && this.range?.[1] === last) return;
    this.range = [first, last];
    const colours = palette();
    const range = colourRange(this.report.main, scoresOf(this.report, this.report.mainIndex));
    const spacer = (rows) => {
      const row = h("tr", { class: "spacer", "aria-hidden": "true" }, h("td", { colspan: this.columns.length }));
      row.firstChild.style.height = `${rows * kRowHeight}px`;
      return row;
    };
    this.body.replaceChildren(
      ...(first > 0 ? [spacer(first)] : []),
      ...this.rows.slice(first, last).map((basin, i) => this.row(basin, first + i, range, colours)),
      ...(last < this.rows.length ? [spacer(this.rows.length - last)] : []),
    );
  }

  row(basin, position, range, colours) {
    const selected = basin.index === this.selection.index;
    const cells = this.columns.map((column) => {
      const text = column.text(basin);
      if (column.key === "id")
        return h("th", { scope: "row" }, h("a", { href: `#${new URLSearchParams({ basin: basin.id })}` }, text));
      const cell = h(
        "td",
        { class: column.numeric ? `number of-${column.key}` : `text of-${column.key}`, title: column.numeric ? null : text },
        text,
      );
      if (column.key === this.report.main.key && isNumber(column.value(basin))) {
        const dot = h("i", { class: "dot", "aria-hidden": "true" });
        dot.style.backgroundColor = colourOf(column.value(basin), range, colours.dark);
        cell.prepend(dot);
      }
      return cell;
    });
    return h("tr", { "data-basin": basin.index, "aria-rowindex": position + 2, "aria-current": selected ? "true" : null }, cells);
  }

  redraw() {
    this.range = undefined;
    this.fill();
  }

  onClick(event) {
    const row = event.target.closest("tr[data-basin]");
    if (!row) return;
    event.preventDefault();
    this.selection.set(Number(row.dataset.basin));
    const section = byId(this.report.detailSection ?? "basin");
    const { top, bottom } = section.getBoundingClientRect();
    if (top < 0 || bottom > window.innerHeight + 160) section.scrollIntoView({ block: "start" });
  }

  /** Up and down move the selection through the table. */
  onKey(event) {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!by || this.rows.length === 0) return;
    event.preventDefault();
    const at = this.rows.findIndex((basin) => basin.index === this.selection.index);
    const to = Math.min(this.rows.length - 1, Math.max(0, at + by));
    this.selection.set(this.rows[to].index);
  }

  /** Marks the selected row and scrolls the table (not the page) to it. */
  reveal(index) {
    const position = this.rows.findIndex((basin) => basin.index === index);
    const view = this.scroller;
    const top = position * kRowHeight;
    const room = view.clientHeight - 2 * kRowHeight;
    if (position >= 0 && (top < view.scrollTop || top > view.scrollTop + room)) view.scrollTop = top - room / 2;
    this.redraw();
  }
}
