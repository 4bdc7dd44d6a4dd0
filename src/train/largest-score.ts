/**
 * Scores of this size and beyond count as certain where outputs are yes-or-no questions: they are not learned from
 * (docs/sampling.md, "Outputs and labels").
 */
export const LARGEST_SCORE = 6;
