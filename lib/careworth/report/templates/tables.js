// Tables travel as columns; they are built when they are opened, or before they are printed or searched. Every cell is text.
const tables = (() => {
  const element = (name, ...children) => {
    const made = document.createElement(name);
    made.append(...children);
    return made;
  };
  const cell = (kind, name, text, key) => {
    const made = element(kind, String(text));
    if (kind === "th") made.scope = "col";
    if (name === "value") made.className = "number";
    if (name === "value" && key) made.dataset.key = key;
    return made;
  };
  const table = ({ columns, keys }, caption) => {
    const names = Object.keys(columns);
    const row = (key, at) => element("tr", ...names.map((name) => cell("td", name, columns[name][at], key)));
    const head = element("tr", ...names.map((name) => cell("th", name, name)));
    const said = Object.assign(element("caption", caption), { className: "spoken" });
    return element("table", said, element("thead", head), element("tbody", ...keys.map(row)));
  };
  const places = [...document.querySelectorAll("[data-table]")];
  const captionOf = (place) => {
    const heading = place.closest("figure, section").querySelector("h2, h3").textContent;
    return place.dataset.caption ?? `${place.closest("details").querySelector("summary").textContent}: ${heading}`;
  };
  const build = (place, all) => {
    if (place.hasChildNodes()) return;
    const caption = captionOf(place);
    // A table that is wider than its place is moved by the keyboard too.
    Object.assign(place, { tabIndex: 0, role: "region", ariaLabel: caption });
    place.append(table(all[Number(place.dataset.table)], caption));
  };
  return { places, build };
})();
