(async () => {
  const inflate = async (id) => {
    const bytes = Uint8Array.from(atob(document.getElementById(id).textContent), (sign) => sign.charCodeAt(0));
    return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).text();
  };
  const [charts, library] = await Promise.all(["charts", "library"].map(inflate));
  const script = document.createElement("script");
  script.textContent = library;
  document.head.append(script);

  const specs = JSON.parse(charts);
  const refuse = () => Promise.reject(new Error("this page loads nothing"));
  const options = {
    mode: "vega-lite",
    ast: true,
    actions: false,
    renderer: "svg",
    loader: { load: refuse, sanitize: refuse, http: refuse, file: refuse },
    tooltip: { disableDefaultStyle: true },
  };
  const places = [...document.querySelectorAll("[data-chart]")];
  const drawn = new Map();
  const draw = (place) => {
    if (!drawn.has(place)) {
      drawn.set(place, window.vegaEmbed(place, specs[Number(place.dataset.chart)], options).then(() => place.classList.add("drawn")));
    }
    return drawn.get(place);
  };

  const near = new IntersectionObserver(
    (entries) => entries.filter((entry) => entry.isIntersecting).forEach((entry) => draw(entry.target)),
    { rootMargin: "400px" },
  );
  places.forEach((place) => near.observe(place));
  addEventListener("beforeprint", () => places.forEach(draw));

  // The rest follows while the reader reads, so that printing and searching find every chart.
  for (const place of places) {
    await new Promise((next) => setTimeout(next, 30));
    await draw(place);
  }
  document.documentElement.dataset.charts = String(places.length);
})();
