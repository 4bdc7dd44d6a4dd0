import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { mapHtml } from '../../../src/vectors/map/html.js';
import { notBuilt } from '../../cli/helpers.js';
import { inBrowser, skipWithoutBrowser } from '../../support/browser.js';
import { someMap } from './support.js';

const HOSTILE = [
  '</script><script>document.title="broken"</script>',
  '<img src=x onerror=alert(1)>',
  '"><b>',
];

/** The map as it is seen. */
async function drawn(page: Page): Promise<string> {
  return (await page.locator('#canvas').screenshot()).toString('base64');
}

describe('the page of a map of 5,000 words in Chromium', { skip: notBuilt || skipWithoutBrowser }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'wordmill-test-'));
  const file = join(folder, 'map.html');
  const map = someMap(5_000, HOSTILE);
  before(() => writeFileSync(file, mapHtml(map)));
  after(() => rmSync(folder, { recursive: true, force: true }));

  test('it finds a word, shows its true neighbours, and tells of them', async () => {
    await inBrowser(file, async ({ page, said }) => {
      await page.getByLabel('Find a word').fill('WORD123');
      const suggestions = page.getByRole('option');
      assert.deepEqual((await suggestions.allTextContents()).slice(0, 2), ['word123', 'word1230']);
      await page.keyboard.press('Enter');
      const near = map.neighbours[123]!.map(({ row, similarity }) => ({
        word: map.words[row]!,
        cosine: similarity.toFixed(3),
      }));
      const entries = page.locator('#neighbours button');
      assert.deepEqual(
        await entries.allTextContents(),
        near.map(({ word, cosine }) => word + cosine),
      );
      const status = await page.getByRole('status').textContent();
      assert.match(status!, new RegExp(`^word123 is chosen\\. Nearest: ${near[0]!.word} 0\\.90, `));
      await entries.first().click();
      assert.equal(await page.locator('#selected').textContent(), `Nearest to ${near[0]!.word}`);
      assert.match((await page.getByRole('note').textContent())!, /not to be trusted for analogies/);
      assert.deepEqual(said, []);
    });
  });

  test('it is used by keyboard alone', async () => {
    await inBrowser(file, async ({ page, said }) => {
      await page.keyboard.press('Tab');
      assert.equal(await page.evaluate('document.activeElement.id'), 'find');
      await page.keyboard.press('Tab');
      assert.equal(await page.evaluate('document.activeElement.id'), 'canvas');
      let before = await drawn(page);
      for (const key of ['ArrowRight', '+', 'ArrowUp', '-', '0']) {
        await page.keyboard.press(key);
        const now = await drawn(page);
        assert.notEqual(now, before, key);
        before = now;
      }
      await page.keyboard.press('Enter');
      assert.match((await page.getByRole('status').textContent())!, / is chosen\. Nearest: /);
      assert.equal(await page.locator('#neighbours li').count(), 10);
      await page.keyboard.press('Escape');
      assert.equal(await page.getByRole('status').textContent(), 'No word is chosen.');
      await page.keyboard.press('/');
      await page.keyboard.type('no such word');
      assert.equal(await page.locator('#suggestions').textContent(), 'This word is not on the map.');
      assert.deepEqual(said, []);
    });
  });

  test('it goes by wheel, drag and click; colours and themes change', async () => {
    await inBrowser(file, async ({ page, said }) => {
      const whole = await drawn(page);
      await page.mouse.move(700, 400);
      await page.mouse.wheel(0, -300);
      const near = await drawn(page);
      assert.notEqual(near, whole);
      await page.mouse.down();
      await page.mouse.move(760, 430, { steps: 3 });
      await page.mouse.up();
      assert.notEqual(await drawn(page), near);
      assert.equal(await page.locator('#neighbours li').count(), 0, 'a drag is no click');
      await page.getByLabel('Colours tell the').selectOption('frequency');
      assert.match((await page.locator('#legend').textContent())!, /rank 1,001–3,000/);
      const ground = () => page.evaluate('getComputedStyle(document.body).backgroundColor');
      const light = await ground();
      await page.getByRole('button', { name: 'Theme: system' }).click();
      await page.getByRole('button', { name: 'Theme: light' }).click();
      assert.notEqual(await ground(), light);
      assert.deepEqual(said, []);
    });
  });

  test('words are text, whatever they hold, and nothing is loaded', async () => {
    await inBrowser(file, async ({ page, said }) => {
      const requests: string[] = [];
      page.on('request', (request) => requests.push(request.url()));
      await page.reload();
      await page.getByLabel('Find a word').fill(HOSTILE[1]!);
      await page.keyboard.press('Enter');
      assert.equal(await page.locator('#selected').textContent(), `Nearest to ${HOSTILE[1]}`);
      assert.match(await page.title(), /^Map of 5,000 words/);
      assert.equal(await page.locator('img').count(), 0);
      assert.deepEqual(
        requests.filter((url) => !url.startsWith('file:') && !url.startsWith('data:')),
        [],
      );
      assert.deepEqual(said, []);
    });
  });

  test('on a phone nothing is wider than the screen, and a tap chooses', async () => {
    const phone = {
      viewport: { width: 390, height: 844 },
      hasTouch: true,
      isMobile: true,
      colorScheme: 'dark' as const,
    };
    await inBrowser(
      file,
      async ({ page, said }) => {
        assert.ok(Number(await page.evaluate('document.documentElement.scrollWidth')) <= 390);
        await page.getByLabel('Find a word').fill('word77');
        await page.getByRole('option').first().tap();
        const box = (await page.locator('#canvas').boundingBox())!;
        await page.locator('#clear').tap();
        await page.touchscreen.tap(box.x + box.width / 2, box.y + box.height / 2);
        assert.equal(await page.locator('#selected').textContent(), 'Nearest to word77');
        assert.deepEqual(said, []);
      },
      phone,
    );
  });
});
