import {
  type Action,
  cancelFromElsewhere,
  endWorker,
  hangAnywhere,
  hangWorker,
  interruptRun,
  killAllWorkers,
  killFollower,
  killWorker,
  restartForgetfulRedis,
  restartRedis,
} from './actions.js';

/** What is done to a run, at random moments. */
export interface Disturbance {
  readonly name: string;
  readonly description: string;
  /** Each time one of them is drawn. */
  readonly actions: readonly Action[];
  /** How often, at least and at most. */
  readonly times: readonly [number, number];
  /** One request to the storage in so many fails, which is an S3-compatible service then; a folder without. */
  readonly failingRequests?: number;
  /** How many rounds the short form plays. */
  readonly shortRounds: number;
}

/** Every disturbance there is. */
export const DISTURBANCES: readonly Disturbance[] = [
  {
    name: 'kill-workers',
    description: 'workers are killed with -9, at times all of them, and others started',
    actions: [killWorker, killWorker, killAllWorkers],
    times: [2, 4],
    shortRounds: 1,
  },
  {
    name: 'end-workers',
    description: 'workers are asked to end, and others started: what they had begun is given back',
    actions: [endWorker],
    times: [2, 4],
    shortRounds: 0,
  },
  {
    name: 'hang-workers',
    description: 'workers hang for longer than they may, most in a step, and go on when another has taken it',
    actions: [hangWorker, hangWorker, hangAnywhere],
    times: [2, 3],
    shortRounds: 1,
  },
  {
    name: 'restart-redis',
    description: 'Redis is killed with -9 and started again with what it wrote down',
    actions: [restartRedis],
    times: [1, 3],
    shortRounds: 1,
  },
  {
    name: 'forgetful-redis',
    description: 'Redis is killed and started again without what it wrote last, or without anything',
    actions: [restartForgetfulRedis],
    times: [1, 2],
    shortRounds: 0,
  },
  {
    name: 'failing-storage',
    description: 'one request to the storage in ten fails',
    actions: [],
    times: [0, 0],
    failingRequests: 10,
    shortRounds: 1,
  },
  {
    name: 'cancel',
    description: 'the run is cancelled, by an interruption or by a command from elsewhere, and resumed',
    actions: [interruptRun, cancelFromElsewhere],
    times: [1, 2],
    shortRounds: 1,
  },
  {
    name: 'kill-follower',
    description: 'the process that follows the run is killed with -9, and the run resumed',
    actions: [killFollower],
    times: [1, 2],
    shortRounds: 1,
  },
  {
    name: 'all',
    description: 'all of them at once',
    actions: [
      killWorker,
      killAllWorkers,
      endWorker,
      hangWorker,
      hangAnywhere,
      restartRedis,
      restartForgetfulRedis,
      interruptRun,
      cancelFromElsewhere,
      killFollower,
    ],
    times: [3, 6],
    failingRequests: 10,
    shortRounds: 0,
  },
];
