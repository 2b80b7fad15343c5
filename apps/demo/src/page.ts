/** The page asks `/fleet.json` again and again; whatever it shows came from there, set as text and never as markup. */
export function page(title: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<link rel="icon" href="data:,">
<style>
  :root { --accent: #0b6e4f; font: 16px/1.5 system-ui, sans-serif; color: #1c2421; background: #f6f8f7; }
  body { margin: 0 auto; max-width: 62rem; padding: 0 1.5rem 3rem; }
  header { border-bottom: 4px solid var(--accent); margin-bottom: 1.5rem; padding: 1.5rem 0 1rem; }
  h1 { margin: 0; } h2 { margin: 2rem 0 .5rem; font-size: 1.1rem; }
  #banner { color: #52605b; margin: 0; }
  table { border-collapse: collapse; width: 100%; background: #fff; box-shadow: 0 1px 3px #0002; }
  th, td { padding: .5rem .75rem; text-align: left; border-bottom: 1px solid #e4eae7; }
  th { font-size: .8rem; text-transform: uppercase; letter-spacing: .04em; color: #52605b; }
  code { font: .9em ui-monospace, monospace; }
  .up { color: #0b6e4f; } .warning, .starting { color: #8a6100; } .down, .draining, .out-of-service { color: #b3261e; }
  .answered { background: var(--accent); color: #fff; border-radius: 1rem; padding: .1rem .6rem; font-size: .8rem; }
  #problem { background: #fdecea; color: #7a1b15; padding: .5rem .75rem; }
</style>
</head>
<body>
<header><h1 id="title">${escapeHtml(title)}</h1><p id="banner"></p></header>
<main>
  <p id="problem" role="alert" hidden></p>
  <h2>The fleet</h2>
  <table>
    <thead><tr><th>Service</th><th>Instance</th><th>Status</th><th>Address</th><th>Configuration version</th><th>This request</th></tr></thead>
    <tbody id="fleet"></tbody>
  </table>
  <h2 id="greeting"></h2>
  <table>
    <thead><tr><th>Order</th><th>Product</th><th>Quantity</th><th>Total</th></tr></thead>
    <tbody id="orders"></tbody>
  </table>
  <p>At most <code id="max-items"></code> items in an order. Answered by <code id="orders-by"></code>, with prices of <code id="products-by"></code>.</p>
</main>
<script type="module">${SCRIPT}</script>
</body>
</html>
`;
}

const SCRIPT = `
const at = (id) => document.getElementById(id);
const cell = (text, className) => {
  const td = document.createElement('td');
  const inner = td.appendChild(document.createElement(className === 'version' ? 'code' : 'span'));
  inner.textContent = text;
  if (className) inner.className = className;
  return td;
};
const rowOf = (cells) => {
  const tr = document.createElement('tr');
  tr.append(...cells);
  return tr;
};

function show(fleet) {
  document.title = at('title').textContent = fleet.title;
  at('banner').textContent = fleet.banner;
  document.documentElement.style.setProperty('--accent', fleet.accent);
  at('fleet').replaceChildren(...fleet.services.flatMap(({ service, instances }) => instances.map((instance) => {
    const tr = rowOf([
      cell(service), cell(instance.id), cell(instance.status, instance.status), cell(instance.at, 'version'),
      cell(instance.configurationVersion.slice(0, 10), 'version'),
      instance.answered ? cell('answered', 'answered') : cell(''),
    ]);
    tr.dataset.instance = instance.id;
    return tr;
  })));
  showAnswer(fleet.answer);
}

function showAnswer(answer) {
  at('problem').hidden = !answer.problem;
  at('problem').textContent = answer.problem ?? '';
  if (answer.problem) return;
  at('greeting').textContent = answer.greeting;
  at('max-items').textContent = answer.maxItems;
  at('orders-by').textContent = answer.servedBy;
  at('products-by').textContent = answer.products.servedBy;
  at('orders').replaceChildren(...answer.orders.map((order) => rowOf([
    cell(order.id), cell(order.sku), cell(order.quantity), cell(order.total.toFixed(2) + ' ' + order.currency),
  ])));
}

async function refresh() {
  let pause = 1000;
  try {
    const response = await fetch('/fleet.json', { cache: 'no-store' });
    if (!response.ok) throw new Error('the shop answered ' + response.status);
    const fleet = await response.json();
    show(fleet);
    pause = fleet.refreshMs;
  } catch (error) {
    showAnswer({ problem: error.message });
  }
  setTimeout(refresh, pause);
}
refresh();
`;

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
