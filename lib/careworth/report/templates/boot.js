(async () => {
  const inflate = async (id) => {
    const bytes = Uint8Array.from(atob(document.getElementById(id).textContent), (sign) => sign.charCodeAt(0));
    return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).text();
  };
  const [content, library] = await Promise.all(["charts", "library"].map(inflate));
  // What it draws is handed over on its own element, so that no name of either is one of the page's.
  const script = Object.assign(document.createElement("script"), { textContent: library, content });
  document.head.append(script);
  script.remove();
})().catch((error) => {
  console.error(error);
  document.querySelectorAll("[data-chart]").forEach((place) => (place.textContent = "This browser cannot draw the chart."));
});
