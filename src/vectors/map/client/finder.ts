/** Suggestions that are shown at once. */
const MOST = 8;

/**
 * Makes the field find words: it suggests those that begin like what is typed, then those that have it in them; arrow keys
 * and Enter choose one (the combobox pattern of WAI-ARIA).
 */
export function finder(words: readonly string[], choose: (index: number) => void): void {
  const field = document.getElementById('find') as HTMLInputElement;
  const list = document.getElementById('suggestions')!;
  const lowered = words.map((word) => word.toLowerCase());
  let found: number[] = [];
  let active = 0;

  field.addEventListener('input', () => suggest());
  field.addEventListener('focus', () => field.select());
  field.addEventListener('blur', close);
  field.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') return close();
    if (event.key === 'Enter') {
      if (found[active] !== undefined) take(found[active]!);
      return;
    }
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step === 0) return;
    event.preventDefault();
    if (found.length === 0) return suggest();
    active = (active + step + found.length) % found.length;
    show();
  });

  function suggest(): void {
    const typed = field.value.trim();
    found = typed === '' ? [] : search(typed);
    active = 0;
    show();
  }

  function search(typed: string): number[] {
    const wanted = typed.toLowerCase();
    const ranked: number[][] = [[], [], [], []];
    for (const [index, word] of lowered.entries()) {
      if (words[index] === typed) ranked[0]!.push(index);
      else if (word === wanted) ranked[1]!.push(index);
      else if (word.startsWith(wanted)) ranked[2]!.push(index);
      else if (word.includes(wanted)) ranked[3]!.push(index);
    }
    return ranked.flat().slice(0, MOST);
  }

  function show(): void {
    list.replaceChildren(...found.map(suggestion));
    const nothing = field.value.trim() !== '' && found.length === 0;
    if (nothing) {
      const note = document.createElement('li');
      note.setAttribute('role', 'option');
      note.setAttribute('aria-disabled', 'true');
      note.textContent = 'This word is not on the map.';
      list.append(note);
    }
    list.hidden = found.length === 0 && !nothing;
    field.setAttribute('aria-expanded', String(!list.hidden));
    if (found.length > 0) field.setAttribute('aria-activedescendant', `suggestion-${active}`);
    else field.removeAttribute('aria-activedescendant');
  }

  function suggestion(index: number, place: number): HTMLLIElement {
    const item = document.createElement('li');
    item.id = `suggestion-${place}`;
    item.setAttribute('role', 'option');
    item.setAttribute('aria-selected', String(place === active));
    item.textContent = words[index]!;
    item.addEventListener('pointerdown', (event) => {
      event.preventDefault();
      take(index);
    });
    return item;
  }

  function take(index: number): void {
    field.value = words[index]!;
    close();
    choose(index);
  }

  function close(): void {
    found = [];
    list.hidden = true;
    field.setAttribute('aria-expanded', 'false');
    field.removeAttribute('aria-activedescendant');
  }
}
