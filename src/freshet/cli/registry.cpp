#include "freshet/cli/registry.hpp"

namespace freshet::cli {

void add_train(CLI::App& app, Context& context);
void add_resume(CLI::App& app, Context& context);
void add_finetune(CLI::App& app, Context& context);
void add_crossval(CLI::App& app, Context& context);
void add_calibrate(CLI::App& app, Context& context);
void add_evaluate(CLI::App& app, Context& context);
void add_predict(CLI::App& app, Context& context);
void add_ensemble(CLI::App& app, Context& context);
void add_compare(CLI::App& app, Context& context);
void add_simulate(CLI::App& app, Context& context);
void add_check_gradients(CLI::App& app, Context& context);
void add_report(CLI::App& app, Context& context);
void add_score(CLI::App& app, Context& context);
void add_synth(CLI::App& app, Context& context);
void add_data(CLI::App& app, Context& context);
void add_config(CLI::App& app, Context& context);
void add_list(CLI::App& app, Context& context);

const std::vector<Verb>& verbs() {
  static const std::vector<Verb> table = {
      {"train", add_train},
      {"resume", add_resume},
      {"finetune", add_finetune},
      {"crossval", add_crossval},
      {"calibrate", add_calibrate},
      {"evaluate", add_evaluate},
      {"predict", add_predict},
      {"ensemble", add_ensemble},
      {"compare", add_compare},
      {"simulate", add_simulate},
      {"check-gradients", add_check_gradients},
      {"report", add_report},
      {"score", add_score},
      {"synth", add_synth},
      {"data", add_data},
      {"config", add_config},
      {"list", add_list},
  };
  return table;
}

}  // namespace freshet::cli
