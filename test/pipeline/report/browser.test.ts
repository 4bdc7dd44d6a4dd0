import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { Report } from '../../../src/core/report.js';
import { clientScript } from '../../../src/pages/client-script.js';
import { reportPage } from '../../../src/pipeline/report/page.js';
import { RunRecorder } from '../../../src/pipeline/report/recorder.js';
import { notBuilt } from '../../cli/helpers.js';
import { inBrowser, skipWithoutBrowser } from '../../support/browser.js';

describe('a report page in Chromium', { skip: notBuilt || skipWithoutBrowser }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'wordmill-test-'));
  const file = join(folder, 'report.html');
  before(() => {
    const report = new Report();
    report.count('tokenize', 'tokens', 1_234_567);
    report.drop('vocabulary', `a reason that is ${'very '.repeat(30)}long`, 3);
    report.warn('w', `a warning with a path/${'folder/'.repeat(30)}file.txt`);
    const chart = {
      title: 'Loss',
      x: { label: 'words trained', format: (value: number) => `${value} words` },
      format: (value: number) => value.toFixed(2),
      lines: [
        { label: 'in training', points: [0, 1, 2, 3, 4].map((n) => ({ x: 100 * n, y: 3 - n / 2 })) },
        {
          label: 'held out',
          points: [
            { x: 200, y: 2.5 },
            { x: 400, y: 2.25 },
          ],
          dots: true,
        },
      ],
    };
    const content = {
      title: 'Tests',
      figures: [['vocabulary', '12 words']] as const,
      charts: [chart],
      facts: [['seed', '1']] as const,
      definition: 'name: Tests\n',
    };
    const files = [{ path: '/a/long/path/to/vectors.bin', bytes: 12_345 }];
    const script = clientScript('chart');
    writeFileSync(file, reportPage(content, { recorder: new RunRecorder(), report, files, script }));
  });
  after(() => rmSync(folder, { recursive: true }));

  test('shows the values under the pointer, each line by its name', async () => {
    await inBrowser(file, async ({ page, said }) => {
      const plot = page.locator('.plot');
      const reading = page.locator('.reading');
      assert.equal(await reading.isVisible(), false);
      const { x, y, width, height } = (await plot.boundingBox())!;
      await page.mouse.move(x + 0.52 * width, y + height / 2);
      assert.deepEqual(await reading.locator('b, span').allTextContents(), [
        '200 words',
        'in training 2.00',
        'held out 2.50',
      ]);
      await page.mouse.move(x + 0.24 * width, y + height / 2);
      assert.deepEqual(await reading.locator('b, span').allTextContents(), ['100 words', 'in training 2.50']);
      await page.mouse.move(x + width / 2, y - 100);
      assert.equal(await reading.isVisible(), false);
      assert.deepEqual(said, []);
    });
  });

  test('is read by keyboard: tab to a chart, arrows from point to point', async () => {
    await inBrowser(file, async ({ page, said }) => {
      await page.keyboard.press('Tab');
      const head = page.locator('.reading b');
      assert.equal(await head.textContent(), '400 words');
      await page.keyboard.press('ArrowLeft');
      assert.equal(await head.textContent(), '300 words');
      await page.keyboard.press('Home');
      await page.keyboard.press('ArrowLeft');
      assert.equal(await head.textContent(), '0 words');
      await page.keyboard.press('Escape');
      assert.equal(await page.locator('.reading').isVisible(), false);
      await page.keyboard.press('Tab');
      await page.keyboard.press('Enter');
      assert.equal(await page.locator('td', { hasText: '2.25' }).isVisible(), true);
      assert.deepEqual(said, []);
    });
  });

  test('has its table where scripts are turned off', async () => {
    await inBrowser(
      file,
      async ({ page, said }) => {
        await page.locator('summary').click();
        assert.equal(await page.locator('td', { hasText: '2.25' }).isVisible(), true);
        assert.deepEqual(said, []);
      },
      { javaScriptEnabled: false },
    );
  });

  test('is no wider than the screen of a phone, and dark where the system is', async () => {
    const ground = 'getComputedStyle(document.body).backgroundColor';
    await inBrowser(
      file,
      async ({ page, said }) => {
        assert.equal(await page.evaluate('document.documentElement.scrollWidth'), 360);
        assert.equal(await page.evaluate(ground), 'rgb(22, 24, 29)');
        await page.emulateMedia({ colorScheme: 'light' });
        assert.equal(await page.evaluate(ground), 'rgb(255, 255, 255)');
        assert.deepEqual(said, []);
      },
      { viewport: { width: 360, height: 740 }, colorScheme: 'dark' },
    );
  });
});
