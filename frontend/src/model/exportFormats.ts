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
  "trl-preference-conversational":
    "The same pairs as lists of messages: loads in TRL's DPOTrainer with any chat template.",
  "step-apo": "Pairs with the advantages of both steps, by a scorer's values. For Step-APO training.",
  "full-step-dpo": "All solutions of a problem with a reward for every step. For Full-Step-DPO training.",
  ultrainteract: "Pairs of a better and a worse next action after the same turns, as in UltraInteract.",
  refinement: "Wrong drafts with the first error, a critique and the right step. For training refiners.",
  "self-correction":
    "Texts in which a wrong step is noticed and put right, with the span that isn't trained on.",
  "natural-program": "Numbered statements that name their premises, and whether all of it holds.",
  "mr-gsm8k": "Graded solutions with the first wrong step and the reason. For evaluating critics.",
  "mr-ben": "Graded solutions with the reasons and right steps of all who agree. For evaluating critics.",
  "agent-process-bench": "Agents' runs as chat messages, with a value for each of the assistant's.",
  atif: "Agents' runs as Harbor has them, with labels in each step's extra.",
  "otel-genai": "Agents' runs as OpenTelemetry's spans, with labels as evaluation events.",
  csv: "Every step with its verdict, comment and error types. For reading and counting, not for training.",
};
