#include "stepgen/print_code.hpp"

#include <cmath>
#include <string_view>

#include <fmt/format.h>

namespace freshet::stepgen {
namespace {

using symbolic::Instruction;
using symbolic::Op;
using symbolic::Program;

/// The right-hand side of a line.
std::string expression(const Instruction& line, const std::string& a, const std::string& b, const std::string& c) {
  switch (line.op) {
    case Op::kAdd:
      return fmt::format("{} + {}", a, b);
    case Op::kSubtract:
      return fmt::format("{} - {}", a, b);
    case Op::kMultiply:
      return fmt::format("{} * {}", a, b);
    case Op::kDivide:
      return fmt::format("{} / {}", a, b);
    case Op::kNegate:
      return "-" + a;
    case Op::kLess:
      return fmt::format("{} < {}", a, b);
    case Op::kLessEqual:
      return fmt::format("{} <= {}", a, b);
    default:
      break;
  }
  std::string arguments = a;
  if (line.b >= 0) arguments += ", " + b;
  if (line.c >= 0) arguments += ", " + c;
  return fmt::format("{}({})", symbolic::info(line.op).name, arguments);
}

}  // namespace

std::string literal(double value) {
  if (std::isinf(value)) return value < 0 ? "-kInfinity" : "kInfinity";
  std::string text = fmt::format("{}", value);
  if (text.find_first_of(".e") == std::string::npos) text += ".0";
  return text;
}

std::string quoted(std::string_view text) {
  std::string result = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') result += '\\';
    result += c;
  }
  return result + '"';
}

std::string print_body(const Program& program, const Places& places) {
  std::string text;
  std::vector<std::string> names(program.code.size());
  const auto name = [&](std::int32_t line) { return line < 0 ? std::string() : names[static_cast<std::size_t>(line)]; };
  for (std::size_t i = 0; i < program.code.size(); ++i) {
    const Instruction& line = program.code[i];
    names[i] = fmt::format("t{}", i);
    switch (line.op) {
      case Op::kInput:
        names[i] = places.locals[static_cast<std::size_t>(line.input)];
        text += fmt::format("    const V {} = {};\n", names[i], places.inputs[static_cast<std::size_t>(line.input)]);
        break;
      case Op::kConstant:
        text += fmt::format("    const V {}(T({}));\n", names[i], literal(line.value));
        break;
      case Op::kDerivativeFloor:
        text += fmt::format("    const V {}(MathConstants<T>::kDerivativeFloor);\n", names[i]);
        break;
      default: {
        const bool condition = line.op == Op::kLess || line.op == Op::kLessEqual;
        text += fmt::format("    const {} {} = {};\n", condition ? "auto" : "V", names[i],
                            expression(line, name(line.a), name(line.b), name(line.c)));
      }
    }
  }
  for (std::size_t i = 0; i < program.outputs.size(); ++i) {
    const std::string value = name(program.outputs[i]);
    text += fmt::format("    {} = {};\n", places.outputs[i], value);
  }
  return text;
}

std::string print_program_table(const Program& program, const std::string& name) {
  if (program.code.empty()) return fmt::format("constexpr ProgramTable {}{{}};\n", name);
  std::string text = fmt::format("constexpr InstructionRow {}_code[] = {{\n", name);
  for (const Instruction& line : program.code) {
    text += fmt::format("    {{{}, {}, {}, {}, {}, {}}},\n", static_cast<int>(line.op), line.a, line.b, line.c,
                        literal(line.value), line.input);
  }
  text += fmt::format("}};\nconstexpr std::int32_t {}_outputs[] = {{", name);
  for (std::size_t i = 0; i < program.outputs.size(); ++i) text += fmt::format("{}{}", i == 0 ? "" : ", ", program.outputs[i]);
  if (program.outputs.empty()) text += "-1";
  text += fmt::format("}};\nconstexpr ProgramTable {0}{{{0}_code, {1}, {2}, {0}_outputs, {3}}};\n", name, program.code.size(),
                      program.inputs.size(), program.outputs.size());
  return text;
}

}  // namespace freshet::stepgen
