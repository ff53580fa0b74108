
"use strict";
const tree = document.getElementById("tree");
const field = document.getElementById("search");
const found = document.getElementById("found");
const parts = [...tree.querySelectorAll("details, .node")];
const line = (part) => (part.matches("details") ? part.querySelector("summary") : part);
const texts = new Map(parts.map((part) => [part, (line(part).textContent + " " + (part.querySelector(":scope > code")?.textContent ?? "")).toLowerCase()]));
document.querySelector(".search").hidden = false;

function search() {
  const wanted = field.value.trim().toLowerCase();
  let hits = 0;
  for (const part of parts) {
    const isHit = wanted !== "" && texts.get(part).includes(wanted);
    part.classList.toggle("hit", isHit);
    part.hidden = wanted !== "";
    if (isHit) hits++;
  }
  for (const part of parts) {
    if (wanted !== "" && !part.classList.contains("hit")) continue;
    part.hidden = false;
    if (wanted === "") continue;
    for (let around = part.parentElement; around && around !== tree; around = around.parentElement) {
      around.hidden = false;
      if (around.matches("details")) around.open = true;
    }
  }
  found.textContent = wanted === "" ? "" : `${hits} of ${parts.length} parts`;
}

function reveal() {
  const part = location.hash && document.getElementById(location.hash.slice(1));
  if (!part || !tree.contains(part)) return;
  for (let around = part; around && around !== tree; around = around.parentElement) {
    around.hidden = false;
    if (around.matches("details")) around.open = true;
  }
  part.scrollIntoView({ block: "center" });
}

field.addEventListener("input", search);
document.getElementById("fold").addEventListener("click", () => parts.forEach((part) => part.matches("details") && (part.open = false)));
document.getElementById("unfold").addEventListener("click", () => parts.forEach((part) => part.matches("details") && (part.open = true)));
addEventListener("hashchange", reveal);
reveal();
