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
  // One chart that fails must not take the others with it; its numbers stand right below.
  const giveUp = (place, error) => {
    console.error(error);
    place.textContent = "This chart cannot be drawn here; its numbers stand below.";
  };
  const drawn = new Map();
  const draw = (place) => {
    if (!drawn.has(place)) {
      const embedded = window.vegaEmbed(place, specs[Number(place.dataset.chart)], options);
      drawn.set(place, embedded.then(() => place.classList.add("drawn"), (error) => giveUp(place, error)));
    }
    return drawn.get(place);
  };

  const near = new IntersectionObserver(
    (entries) => entries.filter((entry) => entry.isIntersecting).forEach((entry) => draw(entry.target)),
    { rootMargin: "400px" },
  );
  places.forEach((place) => near.observe(place));
  addEventListener("beforeprint", () => {
    document.querySelectorAll("#method details").forEach((part) => (part.open = true));
    places.forEach(draw);
  });

  // The rest follows while the reader reads, so that printing and searching find every chart.
  for (const place of places) {
    await new Promise((next) => setTimeout(next, 30));
    await draw(place);
  }
  document.documentElement.dataset.charts = String(places.length);
})();
