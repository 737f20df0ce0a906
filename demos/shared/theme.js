/** Light or dark as the system says, until the button says otherwise; the choice is kept. */
export function startTheme(button) {
  const page = document.documentElement;
  const kept = read();
  if (kept) page.dataset.theme = kept;
  button.addEventListener('click', () => {
    const dark = page.dataset.theme ? page.dataset.theme === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
    page.dataset.theme = dark ? 'light' : 'dark';
    write(page.dataset.theme);
  });
}

// Storage throws where cookies are blocked; then the choice lasts as long as the page.
function read() {
  try { return localStorage.getItem('framelane-theme'); } catch { return null; }
}

function write(theme) {
  try { localStorage.setItem('framelane-theme', theme); } catch { /* see above */ }
}
