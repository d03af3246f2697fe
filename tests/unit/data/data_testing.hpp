#pragma once

#include <string>
#include <variant>
#include <vector>

#include "freshet/core/events.hpp"
#include "support/data_dir.hpp"
#include "support/input_errors.hpp"
#include "support/temporary_folder.hpp"

namespace freshet::testing_support {

/// Keeps what a store tells.
class Recorder : public Observer {
 public:
  void on(const Event& event) override {
    if (const auto* note = std::get_if<Note>(&event); note != nullptr && note->level == Note::Level::kWarning) {
      warnings.push_back(note->text);
    }
    if (const auto* progress = std::get_if<Progress>(&event)) steps.push_back(*progress);
  }
  std::vector<std::string> warnings;
  std::vector<Progress> steps;
};

}  // namespace freshet::testing_support
