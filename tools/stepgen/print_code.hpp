#pragma once

#include <string>
#include <vector>

#include "freshet/symbolic/program.hpp"

namespace freshet::stepgen {

/// Where a program's inputs are read and its outputs written in the printed function.
struct Places {
  std::vector<std::string> inputs;   ///< [input] as read, say `parameter[3]`
  std::vector<std::string> locals;   ///< [input] its local name, say `p_k0`
  std::vector<std::string> outputs;  ///< [output] as written, say `next_state[2]`
};

/// The body of a function template over a vector type V with V::Value as T: one line an operation.
std::string print_body(const symbolic::Program& program, const Places& places);

/// A program as C++ data: arrays called `name`_code and `name`_outputs, and a ProgramTable called `name`.
std::string print_program_table(const symbolic::Program& program, const std::string& name);

/// A number with all its digits, as C++ writes it.
std::string literal(double value);

/// A string as C++ writes it.
std::string quoted(std::string_view text);

}  // namespace freshet::stepgen
