const THEMES = ['system', 'light', 'dark'] as const;
const STORED = 'wordmill-theme';

/**
 * Makes a button switch between the system's theme, light and dark, and tells when colours change. The choice is kept
 * where the browser keeps anything for files.
 */
export function themeSwitch(button: HTMLButtonElement, onChange: () => void): void {
  let index = Math.max(0, THEMES.indexOf(recall()));
  show();
  button.addEventListener('click', () => {
    index = (index + 1) % THEMES.length;
    remember(THEMES[index]!);
    show();
    onChange();
  });
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', onChange);

  function show(): void {
    const theme = THEMES[index]!;
    if (theme === 'system') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
    button.textContent = `Theme: ${theme}`;
  }
}

/** The theme that is shown now. */
export function currentTheme(): 'light' | 'dark' {
  const { theme } = document.documentElement.dataset;
  if (theme === 'light' || theme === 'dark') return theme;
  return matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
}

function recall(): (typeof THEMES)[number] {
  try {
    return (localStorage.getItem(STORED) ?? 'system') as (typeof THEMES)[number];
  } catch {
    return 'system'; // Some browsers keep nothing for a page from a file.
  }
}

function remember(theme: string): void {
  try {
    localStorage.setItem(STORED, theme);
  } catch {
    // The choice then holds until the page is closed.
  }
}
