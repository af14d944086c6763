const { vega, content } = document.currentScript;
const { charts, data, tables: allTables, glossary: entries } = JSON.parse(content);

const rowsOf = ({ rows, columns }) => {
  const row = (_, at) => Object.fromEntries(Object.entries(columns).map(([name, values]) => [name, values[at]]));
  return Array.from({ length: rows }, row);
};
const refuse = () => Promise.reject(new Error("this page loads nothing"));
const loader = { load: refuse, sanitize: refuse, http: refuse, file: refuse };
const drawn = new Map();
const drawNow = async (place) => {
  const chart = charts[Number(place.dataset.chart)];
  const filled = chart.data.map((each) => (Object.hasOwn(data, each.name) ? { ...each, values: rowsOf(data[each.name]) } : each));
  const runtime = vega.parse({ ...chart, data: filled }, null, { ast: true });
  const view = new vega.View(runtime, { container: place, renderer: "svg", expr: interpreter, loader, tooltip: tooltip.hover });
  await view.addEventListener("click", tooltip.tap).runAsync();
  place.classList.add("drawn");
};
// One chart that fails must not take the others with it; its numbers stand right below.
const giveUp = (place, error) => {
  console.error(error);
  place.textContent = "This chart cannot be drawn here; its numbers stand below.";
};
const draw = (place) => {
  if (!drawn.has(place)) drawn.set(place, drawNow(place).catch((error) => giveUp(place, error)));
  return drawn.get(place);
};

glossary.build(entries);
const places = [...document.querySelectorAll("[data-chart]")];
const near = new IntersectionObserver(
  (entries) => entries.filter((entry) => entry.isIntersecting).forEach((entry) => draw(entry.target)),
  { rootMargin: "400px" },
);
places.forEach((place) => near.observe(place));
for (const place of tables.places) {
  const build = () => tables.build(place, allTables);
  if (place.closest("details").open) build();
  place.closest("details").addEventListener("toggle", build);
}
addEventListener("beforeprint", () => {
  document.querySelectorAll("#method details").forEach((part) => (part.open = true));
  tables.places.forEach((place) => tables.build(place, allTables));
  places.forEach(draw);
});

// The rest follows while the reader reads, so that printing and searching find every chart and every table.
const pause = () => new Promise((next) => setTimeout(next, 30));
(async () => {
  for (const place of places) {
    await pause();
    await draw(place);
  }
  document.documentElement.dataset.charts = String(places.length);
  for (const place of tables.places) {
    await pause();
    tables.build(place, allTables);
  }
  document.documentElement.dataset.tables = String(tables.places.length);
})();
