/**
 * wordmill as a library: sources, stages and sinks to compose, definitions to run, vectors to use.
 *
 *     import { buildVocabulary, compose, files, run, tokenize, train, word2vecBinary } from 'wordmill';
 *
 *     await run(compose(files('corpus/*.txt'), tokenize(), buildVocabulary(), train(), word2vecBinary('out.bin')));
 */

// Stages, and what flows between them.
export * from './core/blocks.js';
export type { CellCorpus, Corpus, PairCorpus, Spool, TrainingCorpus } from './core/corpus.js';
export { isCellCorpus, isPairCorpus } from './core/corpus.js';
export { toDuplex } from './core/duplex.js';
export {
  type ErrorDetails,
  type ErrorKind,
  type ErrorPlace,
  EXIT_CODES,
  throwIfAborted,
  WordmillError,
} from './core/errors.js';
export { acquireLock, type Lock, type LockOptions } from './core/lock/lock.js';
export { lockOutputs, type OutputLocks } from './core/lock/output-locks.js';
export type { OutputSet, StagedFile } from './core/outputs.js';
export { Random } from './core/random.js';
export type { Recovery } from './core/recovery.js';
export type { RejectedRecord, RejectedRecords } from './core/rejected.js';
export {
  type Evaluation,
  type Progress,
  Report,
  type ReportListener,
  type StageCounts,
} from './core/report.js';
export { iterate, openContext, type RunOptions, type RunResult, run } from './core/run.js';
export { compose, nothing, type Source, type Stage, type StageContext } from './core/stage.js';
export { SubwordVectors } from './core/subword-vectors.js';
export {
  buildSubwordTable,
  nGramBuckets,
  type SubwordOptions,
  type SubwordTable,
  subwordHash,
} from './core/subwords.js';
export {
  type Matrix,
  rowOf,
  type TrainedVectors,
  type TrainingSettings,
  type TrainingSummary,
} from './core/vectors.js';
export { UNKNOWN, Vocabulary } from './core/vocabulary.js';
export { type Words, wordsFrom } from './core/words.js';
export { duplicateFilter } from './filter/duplicates.js';
export { filterText } from './filter/filter-text.js';
export { keepRejected } from './filter/keep-rejected.js';
export { type LengthLimits, lengthFilter } from './filter/length.js';
export { limitUnits } from './filter/limit.js';
export type { FilterOptions } from './filter/options.js';
export { patternFilter } from './filter/pattern.js';
export { type SampleSettings, sampleUnits } from './filter/sample.js';
export { type ScriptSettings, scriptFilter } from './filter/script.js';
export { shuffleUnits } from './filter/shuffle.js';
export { skipUnits } from './filter/skip.js';
export { type Judge, type UnitFilterSettings, unitFilter } from './filter/unit-filter.js';
// Vectors and vocabularies in files, and in use.
export { conllSentences, type ReadConllSettings, readConll } from './formats/conll.js';
export type { ConllSentence } from './formats/conll-parser.js';
export { cellBytes, readCells } from './formats/cooccurrence.js';
export { detectFormat, openVectors, readVectors, type VectorFormat } from './formats/detect.js';
export { type Phrase, type PhraseModel, readPhrases } from './formats/phrases.js';
export {
  readSafetensors,
  type SafetensorsFile,
  safetensorsBytes,
  type Tensor,
} from './formats/safetensors.js';
export { conllColumns, conllWithPrediction, taggedJsonLine } from './formats/tagged-text.js';
export type { VectorBatch, VectorStream } from './formats/vector-stream.js';
export { readVocabulary } from './formats/vocabulary.js';
export type { ListedVectors, ReadOptions, WordVectors } from './formats/word-vectors.js';
export { type CooccurrenceOutput, cooccurrences } from './pipeline/cooccurrence.js';
// Definitions.
export {
  DefinitionError,
  type LoadOptions,
  loadDefinition,
  type PlacedProblem,
  parseDefinition,
  printDefinition,
  resolveDefinition,
} from './pipeline/definition.js';
export {
  diagnoseTensorFlow,
  setUpTensorFlow,
  type TensorFlowDiagnosis,
} from './pipeline/diagnose-tensorflow.js';
export { buildNativeEngine, type Diagnosis, diagnose } from './pipeline/diagnosis.js';
export { describeEstimate } from './pipeline/estimate/describe-estimate.js';
export type { DiskNeed } from './pipeline/estimate/disk-needs.js';
export { type Estimate, type EstimateOptions, estimate } from './pipeline/estimate/estimate.js';
export type { Range } from './pipeline/estimate/range.js';
export { refuseWhatDoesNotFit } from './pipeline/estimate/refuse.js';
export {
  type FilterFormat,
  pairsAs,
  tokenizedText,
  vocabularyText,
  windowsAs,
} from './pipeline/filters.js';
export {
  type LanguageModelRunOptions,
  runLanguageModelDefinition,
} from './pipeline/language-model.js';
export {
  type LanguageModelDefinition,
  languageModelJsonSchema,
  loadLanguageModelDefinition,
  type ResolvedLanguageModelDefinition,
  resolveLanguageModelDefinition,
} from './pipeline/language-model-schema.js';
export {
  type EvaluateTextOptions,
  evaluateText,
  type TextReport,
} from './pipeline/language-model-use.js';
export { describePlan, type Plan, plan } from './pipeline/plan.js';
export { runReport } from './pipeline/report/run-report.js';
export {
  type DefinitionResult,
  pipelineOf,
  type RunDefinitionOptions,
  runDefinition,
} from './pipeline/run-definition.js';
export { type CleanOptions, cleanRuns, type Removed } from './pipeline/runs/clean-runs.js';
export type { KeyDifference } from './pipeline/runs/definition-difference.js';
export { diffRuns, type RunDifferences } from './pipeline/runs/diff-runs.js';
export { type ExplainedRun, explainRun } from './pipeline/runs/explain-run.js';
export { findRun } from './pipeline/runs/find-run.js';
export { type ListedRun, type ListedRuns, listRuns } from './pipeline/runs/list-runs.js';
export type { Manifest, RunStatus } from './pipeline/runs/manifest.js';
export { type RunsRoot, runsRoot } from './pipeline/runs/runs-root.js';
export { type Comparison, compareWithLast } from './pipeline/schedule/compare-with-last.js';
export { OutputFolder } from './pipeline/schedule/output-folder.js';
export { type Definition, definitionJsonSchema, type ResolvedDefinition } from './pipeline/schema.js';
export { runTaggerDefinition, type TaggerRunOptions, type TrainedTagger } from './pipeline/tagger.js';
export {
  loadTaggerDefinition,
  type ResolvedTaggerDefinition,
  resolveTaggerDefinition,
  type TaggerDefinition,
  taggerJsonSchema,
} from './pipeline/tagger-schema.js';
export { evaluateTagger, type TaggedTextOptions, taggedText } from './pipeline/tagger-use.js';
export { cbowWindows } from './sampling/cbow.js';
export type { WordsById } from './sampling/codec/encoded-words.js';
export { pairsToBinary, pairsToTokens, readBinaryPairs } from './sampling/codec/pair-binary.js';
export { pairsToCsv } from './sampling/codec/pair-csv.js';
export { pairsToText } from './sampling/codec/pair-text.js';
export { type ReadPairsOptions, readPairs } from './sampling/codec/read-pairs.js';
export { windowsToBinary, windowsToCsv, windowsToText } from './sampling/codec/windows.js';
// Sampling.
export { type CooccurrenceOptions, countCooccurrences } from './sampling/cooccurrence.js';
export type { DrawOptions } from './sampling/draw-options.js';
export { buildHuffmanTree, type HuffmanTree } from './sampling/huffman.js';
export { type LanguageModelWindowsOptions, languageModelWindows } from './sampling/language-model-windows.js';
export { type AliasTable, buildAliasTable, NoiseSampler, noiseWeights } from './sampling/noise.js';
export type { SamplingOptions, WindowsOptions } from './sampling/options.js';
export { skipGramPairs } from './sampling/skip-gram.js';
export { keepThresholds, type SubsampleOptions, subsample } from './sampling/subsample.js';
// Sinks.
export { fasttextBinary } from './sinks/fasttext-file.js';
export { npyMatrix, projectorFolder, safetensorsVectors } from './sinks/matrix-files.js';
export type { SinkOptions, SinkSettings } from './sinks/options.js';
export { sinkFor } from './sinks/sink-for.js';
export { gloveText, outputWeights, word2vecBinary, word2vecText } from './sinks/vector-files.js';
export { vocabularyFile } from './sinks/vocabulary-file.js';
// Sources.
export { files, type ListedFile, listFiles } from './sources/files.js';
export { HttpClient, type HttpFile, type HttpSettings } from './sources/http/client.js';
export type { HttpOptions } from './sources/http/options.js';
export { type GivenUrl, parseUrl } from './sources/http/url.js';
export type { SourceOptions } from './sources/options.js';
export { stdin } from './sources/stdin.js';
export { text } from './sources/text.js';
export { articleText } from './sources/wikipedia/article-text.js';
export { Site } from './sources/wikipedia/site.js';
// Tokens, vocabulary, ids.
export {
  type BuildVocabularyOptions,
  buildVocabulary,
  corpusFromSpool,
} from './tokenize/build-vocabulary.js';
export { encode, encodeGrowing, type GrowingVocabulary } from './tokenize/encode.js';
export type { TokenizeOptions, VocabularyOptions } from './tokenize/options.js';
export { buildPairCorpus } from './tokenize/pair-corpus.js';
export type { PhraseOptions, PhraseSettings } from './tokenize/phrases/options.js';
export { phrases } from './tokenize/phrases/phrases.js';
export { fingerprintOf, openSpool } from './tokenize/stored-spool.js';
export { type TokenizeSettings, tokenize } from './tokenize/tokenize.js';
export { tokensToText } from './tokenize/tokens-to-text.js';
export { type CheckpointOptions, checkpointOptions } from './train/checkpoint/options.js';
// Training.
export type { Engine, ResolvedTrainOptions } from './train/engine.js';
export { GivenRows } from './train/given-rows.js';
export type { TrainOptions } from './train/options.js';
export type { StartingPoint } from './train/starting-point.js';
export { convertTags, detectScheme } from './train/tagging/convert-tags.js';
export { type Entity, entitiesOf, tagsFor } from './train/tagging/entities.js';
export {
  type EntityScore,
  EntityScorer,
  type EntityScores,
  entityScores,
  entityScoresText,
} from './train/tagging/entity-scores.js';
export { SCHEMES, type Scheme, schemeOf } from './train/tagging/schemes.js';
export { readTagged, type TaggedSentence } from './train/tagging/tagged-sentence.js';
// Recurrent networks on TensorFlow, to build with.
export {
  hostLoss,
  logisticLoss,
  sampledSoftmax,
  softmaxCrossEntropy,
} from './train/tensorflow/autodiff/losses.js';
export { Adam, clipByGlobalNorm, GradientDescent } from './train/tensorflow/autodiff/optimizers.js';
export { Parameter } from './train/tensorflow/autodiff/parameter.js';
export { Tape, Value } from './train/tensorflow/autodiff/tape.js';
export type { Device } from './train/tensorflow/backend/device.js';
export { openDevice } from './train/tensorflow/backend/open-device.js';
// Embeddings on TensorFlow.
export { NeuralLanguageModel, type NplmShape } from './train/tensorflow/embeddings/nplm.js';
export { NplmLearner, type NplmLearning } from './train/tensorflow/embeddings/nplm-learner.js';
export { trainNplm } from './train/tensorflow/embeddings/train-nplm.js';
export {
  LanguageModel,
  type TextEvaluation,
} from './train/tensorflow/language-model/language-model.js';
export type { LanguageModelOptions } from './train/tensorflow/language-model/options.js';
export type { SampleOptions } from './train/tensorflow/language-model/sample.js';
export {
  type LanguageModelCorpus,
  type TrainedLanguageModel,
  type TrainLanguageModelContext,
  type TrainLanguageModelOptions,
  trainLanguageModel,
} from './train/tensorflow/language-model/train.js';
export type { LanguageModelEpoch } from './train/tensorflow/language-model/training-state.js';
export { CELL_NAMES, type CellName } from './train/tensorflow/recurrent/cell.js';
export {
  type NetworkOptions,
  type NetworkResult,
  RecurrentNetwork,
} from './train/tensorflow/recurrent/network.js';
export type { SequenceShape } from './train/tensorflow/recurrent/sequences.js';
export { WordSampler } from './train/tensorflow/sampled-words.js';
export type { TaggerOptions } from './train/tensorflow/tagger/options.js';
export { type LoadTaggerOptions, Tagger } from './train/tensorflow/tagger/tagger.js';
export { type TaggerData, type TaggerRun, trainTagger } from './train/tensorflow/tagger/train-tagger.js';
export type { TaggerEpoch } from './train/tensorflow/tagger/training.js';
export type { TaggerVectors } from './train/tensorflow/tagger/vocabulary.js';
export { resolveTrainOptions, type TrainSettings, train } from './train/train.js';
export type { EpochCallback, TrainedEpoch, TrainingSetup } from './train/training-setup.js';
export { type Conversion, convertVectors } from './vectors/convert/convert.js';
export type { ConvertOptions } from './vectors/convert/options.js';
export { Direction, type Projection, type ProjectOptions, type WordPair } from './vectors/direction.js';
export { EmbeddingMatrix, oneHot } from './vectors/embedding-matrix.js';
export {
  type AnalogyQuestion,
  type AnalogySection,
  type AnalogySet,
  parseAnalogies,
  readAnalogies,
} from './vectors/evaluate/analogies.js';
export type { AnswerMeans } from './vectors/evaluate/answer-analogies.js';
export type { Correlation } from './vectors/evaluate/correlation.js';
export {
  evaluate,
  readTestSets,
  type SetScores,
  scoreOf,
  type TestSets,
} from './vectors/evaluate/evaluate.js';
export {
  type Accuracy,
  type AnalogyScores,
  evaluateAnalogies,
  type SectionAccuracy,
} from './vectors/evaluate/evaluate-analogies.js';
export { evaluatePairs, type PairScores } from './vectors/evaluate/evaluate-pairs.js';
export { type Minimums, type MissedMinimum, missedMinimums } from './vectors/evaluate/minimum.js';
export type { EvaluateOptions, ScoringOptions } from './vectors/evaluate/options.js';
export {
  type JudgedPair,
  parseWordPairs,
  readWordPairs,
  type WordPairs,
} from './vectors/evaluate/word-pairs.js';
export { parseExpression, type Term } from './vectors/expression.js';
export { type IndexMeans, openIndex } from './vectors/hnsw/open-index.js';
export type { IndexOptions } from './vectors/hnsw/options.js';
export { measureRecall, type Recall } from './vectors/hnsw/recall.js';
export type { RowIndex } from './vectors/hnsw/row-index.js';
export { loadVectors } from './vectors/load.js';
export { type MapParts, wordMap } from './vectors/map/build-map.js';
export { mapHtml } from './vectors/map/html.js';
export type { MapOptions } from './vectors/map/options.js';
export type { PictureOptions } from './vectors/map/picture-options.js';
export { pngOfSvg } from './vectors/map/png.js';
export { mapSvg } from './vectors/map/svg.js';
export { type VisualizeContext, visualize } from './vectors/map/visualize.js';
export type { VisualizeOptions } from './vectors/map/visualize-options.js';
export type { Coloring, Group, NearWord, WordMap } from './vectors/map/word-map.js';
export type { ScoredRow } from './vectors/plain-search.js';
export { type Clusters, cluster } from './vectors/projection/cluster.js';
export type { ClusterOptions, ProjectionOptions } from './vectors/projection/options.js';
export type { ProjectionContext } from './vectors/projection/pauses.js';
export { type PlacedVectors, project } from './vectors/projection/project.js';
export {
  ExactSearch,
  type NearestOptions,
  type RowSearch,
  type SearchMeans,
  type SearchOptions,
} from './vectors/search.js';
export type { Similarity } from './vectors/similarity.js';
export type { SumOptions } from './vectors/sums.js';
export { type AnalogyOptions, type CompareOptions, type Neighbour, Vectors } from './vectors/vectors.js';
