#pragma once

#include <span>
#include <vector>

#include "freshet/kernels/model.hpp"

namespace freshet::kernels {

/// What a simulation makes once of each lane's parameters, with the bits it has there.

/// Where the model starts by itself: [state][lane].
/// @param parameters  [parameter][lane]
template <class T>
std::vector<T> own_initial_states(const Model& model, std::span<const T> parameters, std::size_t lanes);

/// Ordinates of a delay's unit hydrograph: [ordinate][lane].
/// @param dt  length of a time step, days
template <class T>
std::vector<T> delay_ordinates(const Model& model, std::size_t delay, std::span<const T> parameters, std::size_t lanes,
                               double dt);

/// Ordinates of a routing: [ordinate][lane].
/// @param parameters  [routing parameter][lane]
template <class T>
std::vector<T> routing_ordinates(const Routing& routing, std::span<const T> parameters, std::size_t lanes, double dt);

}  // namespace freshet::kernels
