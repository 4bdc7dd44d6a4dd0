import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openContext } from '../../src/core/run.js';
import { type TokenizeSettings, tokenize } from '../../src/tokenize/tokenize.js';
import { textBlocks, tokenizeText } from './helpers.js';

const UNSEGMENTED: Record<string, string> = {
  Chinese:
    '自然语言处理是人工智能领域中的一个重要方向。它研究能实现人与计算机之间用自然语言进行有效通信的各种理论和方法，\n因此这一领域的研究将涉及自然语言。\n',
  'Chinese verse': '床前明月光，疑是地上霜。\n举头望明月，低头思故乡。\n',
  Japanese:
    '吾輩は猫である。名前はまだ無い。どこで生れたかとんと見当がつかぬ。\n何でも薄暗いじめじめした所でニャーニャー泣いていた事だけは記憶している。\n',
  Thai: 'ภาษาไทยเป็นภาษาที่มีระดับเสียงของคำแน่นอน\nคำไทยแท้ส่วนมากเป็นคำพยางค์เดียว\nเขียนติดต่อกันไปโดยไม่เว้นวรรคระหว่างคำ\n',
  Khmer: 'ភាសាខ្មែរគឺជាភាសាកំណើតរបស់ជនជាតិខ្មែរ\nនិងជាភាសាផ្លូវការរបស់ប្រទេសកម្ពុជា\nដែលមានអ្នកនិយាយច្រើនជាងគេ\n',
  Lao: 'ພາສາລາວເປັນພາສາທາງການຂອງປະເທດລາວ\nແລະຍັງເປັນພາສາທີ່ໃຊ້ໃນພາກຕາເວັນອອກ\nສຽງເປັນສ່ວນສຳຄັນຂອງຄວາມໝາຍ\n',
  Burmese:
    'မြန်မာဘာသာစကားသည်မြန်မာနိုင်ငံ၏ရုံးသုံးဘာသာစကားဖြစ်သည်\nလူဦးရေသန်းပေါင်းများစွာပြောဆိုကြသည်\nစာရေးသားရာတွင်စကားလုံးများကိုခွဲခြားမရေးပါ\n',
};

const SEGMENTED: Record<string, string> = {
  English:
    'The quick brown fox jumps over the lazy dog, and the pneumonoultramicroscopicsilicovolcanoconiosis.\n',
  'English with a few Chinese names':
    'The Temple of Heaven (天壇) and the Hall of Prayer for Good Harvests, 北京天坛祈年殿公园, lie south of the centre of the city. The complex was visited by the Emperors of the Ming and Qing dynasties for annual ceremonies.\n',
  German: 'Das Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz wurde aufgehoben.\n',
  Russian: 'Все счастливые семьи похожи друг на друга, каждая несчастливая семья несчастлива по-своему.\n',
  Korean:
    '한국어는 대한민국과 조선민주주의인민공화국의 공용어이다. 표준어는교양있는사람들이두루쓰는말이다.\n',
  'a list of English words': 'internationalization\nresponsibility\nextraordinarily\ncat\n',
  'a list of Chinese words': '图书馆\n大学\n计算机\n自然语言\n猫\n',
  'a list of Japanese words in katakana': 'コンピューター\nインターネット\nアルバイト\nオーストラリア\n',
  'segmented Chinese':
    '自然 语言 处理 是 人工智能 领域 中 的 一个 重要 方向 。\n它 研究 人 与 计算机 之间 的 通信\n',
  'segmented Japanese': '吾輩 は 猫 で ある 。 名前 は まだ 無い 。 コンピューター が 好き\n',
  'segmented Thai': 'ภาษา ไทย เป็น ภาษา ที่ มี ระดับ เสียง ของ คำ แน่นอน\nวิทยาศาสตร์ และ มหาวิทยาลัย\n',
  'segmented Burmese': 'မြန်မာ ဘာသာစကား သည် မြန်မာနိုင်ငံ ၏ ရုံးသုံး ဘာသာစကား ဖြစ် သည်\n',
};

async function warningsOf(text: string, settings: TokenizeSettings): Promise<readonly string[]> {
  return (await tokenizeText(text, settings)).report.warnings;
}

for (const splitter of ['words', 'whitespace'] as const) {
  for (const [what, text] of Object.entries(UNSEGMENTED)) {
    test(`${what} without spaces is warned of once, with what to do (${splitter})`, async () => {
      for (const copies of [5, 2_000]) {
        const warnings = await warningsOf(text.repeat(copies), { splitter });
        assert.equal(warnings.length, 1);
        assert.match(warnings[0]!, /must be segmented into words first/);
        assert.match(
          warnings[0]!,
          /python -m jieba -d ' ' corpus.txt \| wordmill train - --splitter whitespace/,
        );
        assert.match(warnings[0]!, /MeCab.*Intl\.Segmenter.*--module/s);
      }
    });
  }
  for (const [what, text] of Object.entries(SEGMENTED)) {
    test(`no false alarm: ${what} (${splitter})`, async () => {
      for (const copies of [5, 2_000])
        assert.deepEqual(await warningsOf(text.repeat(copies), { splitter }), []);
    });
  }
}

test('text without spaces is noticed after other text, and before the input ends', async () => {
  const english = SEGMENTED.English!.repeat(500);
  const chinese = UNSEGMENTED.Chinese!.repeat(500);
  const { context, close } = openContext();
  const warnings: number[] = [];
  const input = textBlocks(...Array<string>(20).fill(english), ...Array<string>(10).fill(chinese));
  for await (const _ of tokenize()(input, context)) warnings.push(context.report.warnings.length);
  await close();
  assert.equal(warnings.length, 30);
  assert.equal(warnings[19], 0);
  assert.equal(warnings[28], 1);
});
