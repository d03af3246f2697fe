#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "freshet/kernels/model_table.hpp"
#include "freshet/kernels/stage_kernels.hpp"

namespace freshet::kernels {

/// Runs a program on rows of lanes, one line after the other: how the small programs of a model (prepare, initial, ordinates)
/// run, and the slow twin of generated code, with the same bits as its AVX2, AVX-512 and CUDA versions.
/// @param inputs   [input] rows of `lanes` values
/// @param outputs  [output] rows of `lanes` values
template <class T>
void run_program(const ProgramTable& program, std::size_t lanes, std::span<const T* const> inputs, std::span<T* const> outputs);

/// A stage's kernels, interpreted.
/// @throws InputError if the stage is larger than the interpreter's arrays
template <class T>
StageKernels<T> interpreted_kernels(const StageTable& stage, bool has_substeps);

}  // namespace freshet::kernels
