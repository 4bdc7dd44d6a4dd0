import { Random } from '../../../../src/core/random.js';
import type { TaggedSentence } from '../../../../src/train/tagging/tagged-sentence.js';

/**
 * Sentences of one frame, `X Y is a FRUIT Z`, in which X Y is a person and Z what people do, or X Y is some other name
 * and Z what such things are. Where the name stands says nothing: only its words and Z tell which it is.
 */
const PERSONS = list(
  'Sally Johnson, Peter Brown, Mary Wilson, John Carter, Anna Fisher, David Clark, Emma Turner, James Cooper',
  'Alice Morgan, Thomas Reed, Julia Bennett, Henry Walker, Susan Parker, George Miller, Laura Hughes',
);
const WORK = list('farmer, grower, merchant, trader, gardener, planter, breeder, harvester');
const OTHERS = list(
  'Apple Records, Silver Studios, Sunrise Foods, Pacific Airlines, Delta Motors, Star Music, Northern Bank',
  'Island Brewery, Royal Hotels, Metro Films, Crown Publishing, Golden Theatre, Atlas Software, Summit Press',
  'Harbor Restaurants',
);
const THINGS = list('label, company, brand, studio, factory, firm, restaurant, publisher');
const FRUIT = list('orange, apple, lemon, banana, cherry, grape, peach, plum');

/** Labelled sentences, half of them of persons; `Sally Johnson is an orange farmer` is the first. */
export function labelledFarmers(count = 60, seed = 1): TaggedSentence[] {
  const random = new Random(seed);
  const draw = (words: readonly string[]) => words[random.below(words.length)]!;
  const sentences = [
    frame('Sally Johnson', 'orange', 'farmer', 'PER'),
    frame('Apple Records', 'orange', 'label', 'ORG'),
  ];
  for (let i = 2; i < count; i += 2) {
    sentences.push(frame(draw(PERSONS), draw(FRUIT), draw(WORK), 'PER'));
    sentences.push(frame(draw(OTHERS), draw(FRUIT), draw(THINGS), 'ORG'));
  }
  return sentences;
}

/** Sentences of the same frame none of whose telling words is in the labelled ones. */
export const UNSEEN: readonly TaggedSentence[] = [
  frame('Robert Lin', 'durian', 'cultivator', 'PER'),
  frame('Karen Young', 'mango', 'botanist', 'PER'),
  frame('Michael Chen', 'papaya', 'rancher', 'PER'),
  frame('William Scott', 'pineapple', 'shepherd', 'PER'),
  frame('Helen Adams', 'coconut', 'smuggler', 'PER'),
  frame('Columbia Pictures', 'mango', 'manufacturer', 'ORG'),
  frame('Universal Electronics', 'papaya', 'subsidiary', 'ORG'),
  frame('Continental Insurance', 'pineapple', 'distributor', 'ORG'),
  frame('Imperial Theaters', 'coconut', 'franchise', 'ORG'),
  frame('Orion Broadcasting', 'durian', 'conglomerate', 'ORG'),
];

/** Words of the frame itself. */
export const FRAME_WORDS: ReadonlySet<string> = new Set(['is', 'a', 'an']);

function frame(name: string, fruit: string, what: string, type: string): TaggedSentence {
  const article = /^[aeiou]/.test(fruit) ? 'an' : 'a';
  const tokens = [...name.split(' '), 'is', article, fruit, what];
  return { tokens, tags: [`B-${type}`, `I-${type}`, 'O', 'O', 'O', 'O'] };
}

function list(...parts: readonly string[]): string[] {
  return parts.join(', ').split(', ');
}
