#pragma once

namespace freshet {

/// While it lives, LibTorch runs what this thread asks of it in this thread alone; restores the earlier number of threads.
/// Its loops and products use OpenMP, whose number of threads is a property of the calling thread and in a new thread is that of
/// the machine whatever at::set_num_threads said elsewhere: a thread that works on a shard holds one of these all the while, or
/// the teams of the shards fight for the cores.
class SingleThreadScope {
 public:
  SingleThreadScope();
  ~SingleThreadScope();
  SingleThreadScope(const SingleThreadScope&) = delete;
  SingleThreadScope& operator=(const SingleThreadScope&) = delete;

 private:
  int saved_;
};

}  // namespace freshet
