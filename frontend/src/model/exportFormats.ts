/** What each export format is for, in a sentence. Formats that we can't describe show their title only. */
export const EXPORT_FORMATS: Record<string, string> = {
  native: "Everything that is known, in Stepmark's own shape. For a copy, or for another Stepmark.",
  processbench:
    "One JSON array with the first wrong step of each trace, or -1. For evaluating process reward models.",
  prm800k: "A rating for every step, in the shape of PRM800K. For training process reward models.",
  "math-shepherd": "Steps with + and - behind a step tag. For training code made for Math-Shepherd.",
  rlhflow: "A conversation that answers each step with + or -. For RLHFlow's training of reward models.",
  "trl-stepwise": "prompt, completions, labels: loads in TRL's PRMTrainer as it is.",
  "trl-preference": "prompt, chosen, rejected: loads in TRL's DPOTrainer as it is.",
  "trl-unpaired": "prompt, completion, label for each labelled step: loads in TRL's KTOTrainer as it is.",
  "step-dpo": "Pairs of a better and a worse next step after the same steps. For Step-DPO training.",
  csv: "Every step with its verdict, comment and error types. For reading and counting, not for training.",
};
