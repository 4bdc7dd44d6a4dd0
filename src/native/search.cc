#include "search.h"

#include <algorithm>
#include <atomic>
#include <cstring>
#include <memory>

#include "aligned_memory.h"
#include "search_limits.h"
#include "threads.h"

namespace wordmill {

namespace {

/** What a thread takes at a time, and what makes another thread worth its start. */
constexpr size_t kPieceFloats = size_t{1} << 17;

/** Calls `work(thread, first, end)` for pieces of so many things that are of one size, until all are done. */
template <class Work>
void forPieces(size_t things, size_t piece, uint32_t threads, Work work) {
  std::atomic<bool> stop{false};
  std::atomic<size_t> next{0};
  const size_t pieces = (things + piece - 1) / piece;
  onThreads(static_cast<uint32_t>(std::max<size_t>(1, std::min<size_t>(threads, pieces))), stop, [&](uint32_t thread) {
    for (size_t first; !stop && (first = next.fetch_add(piece)) < things;) {
      work(thread, first, std::min(things, first + piece));
    }
  });
}

/** How many rows are a piece: whole blocks. */
size_t pieceRows(const RowMatrix& matrix) {
  const size_t rows = kPieceFloats / std::max<size_t>(1, matrix.stride);
  return std::max<size_t>(1, rows / kSearchRows) * kSearchRows;
}

/** Queries as a kernel reads them. */
class PreparedQueries {
 public:
  PreparedQueries(const RowMatrix& queries, const SearchKernel& kernel)
      : kernel_(kernel),
        dimensions_(queries.dimensions),
        prepared_(queries.rows * preparedFloats(queries.dimensions) * sizeof(float)) {}

  void prepare(size_t query, const float* values) {
    kernel_.prepare(values, dimensions_, data() + query * preparedFloats(dimensions_));
  }

  float* data() const { return static_cast<float*>(prepared_.data()); }

 private:
  const SearchKernel& kernel_;
  size_t dimensions_;
  AlignedMemory prepared_;
};

/** The queries of a job, as the kernel reads them, and as the comparison in float64 does. */
class Queries {
 public:
  Queries(const SearchJob& job, const SearchKernel& kernel) : prepared_(job.queries, kernel) {
    const size_t dimensions = job.queries.dimensions;
    std::vector<float> unit(job.queries.rows > 0 ? dimensions : 0);
    for (size_t q = 0; q < job.queries.rows; q++) {
      const float* const query = job.queries.row(q);
      const double length = lengthOf(query, dimensions);
      measured_.push_back({query, length});
      for (size_t i = 0; i < dimensions; i++) unit[i] = length == 0 ? 0 : static_cast<float>(query[i] / length);
      prepared_.prepare(q, unit.data());
    }
  }

  float* data() const { return prepared_.data(); }
  size_t count() const { return measured_.size(); }
  const MeasuredRow& operator[](size_t query) const { return measured_[query]; }

 private:
  PreparedQueries prepared_;
  std::vector<MeasuredRow> measured_;
};

/** A thread's search, over some of the rows. */
class Searcher {
 public:
  Searcher(const SearchJob& job, const SearchKernel& kernel, const Queries& queries)
      : job_(job), kernel_(kernel), queries_(queries), dots_(queries.count() * kSearchRows) {
    for (size_t q = 0; q < queries.count(); q++) {
      top_.emplace_back(job.count);
      terms_.push_back(termsOf(q));
    }
  }

  void search(size_t first, size_t end) {
    const RowMatrix& matrix = job_.matrix;
    for (; first < end; first += kSearchRows) {
      const size_t rows = std::min(kSearchRows, end - first);
      kernel_.dots({matrix.row(first), rows, matrix.dimensions, matrix.stride}, queries_.data(), queries_.count(),
                   dots_.data());
      const RowTerms terms(job_.similarity, job_.lengths + first, rows, matrix.dimensions);
      for (size_t q = 0; q < queries_.count(); q++) {
        const float* const dots = dots_.data() + q * kSearchRows;
        if (!terms_[q].reach(terms, dots)) continue;
        for (size_t r = 0; r < rows; r++) {
          if (terms_[q].reaches(terms, dots, r)) look(first + r, q);
        }
      }
    }
  }

  /** Hands over what was found. */
  void giveTo(std::vector<TopRows>& all) const {
    for (size_t q = 0; q < top_.size(); q++) {
      for (const ScoredRow& row : top_[q].rows()) all[q].offer(row);
    }
  }

 private:
  QueryTerms termsOf(size_t q) const { return QueryTerms(job_.similarity, queries_[q].length, top_[q].least()); }

  void look(size_t row, size_t q) {
    const std::vector<uint32_t>& leftOut = job_.leftOut[q];
    const auto number = static_cast<uint32_t>(row);
    if (std::binary_search(leftOut.begin(), leftOut.end(), number)) return;
    const MeasuredRow measured = {job_.matrix.row(row), job_.lengths[row]};
    const double score = similarityOf(job_.similarity, measured, queries_[q], job_.matrix.dimensions);
    if (top_[q].offer({score, number})) terms_[q] = termsOf(q);
  }

  const SearchJob& job_;
  const SearchKernel& kernel_;
  const Queries& queries_;
  std::vector<float> dots_;
  std::vector<TopRows> top_;
  std::vector<QueryTerms> terms_;
};

}  // namespace

std::vector<std::vector<ScoredRow>> searchRows(const SearchJob& job, const SearchKernel& kernel, uint32_t threads) {
  const Queries queries(job, kernel);
  std::vector<TopRows> all(queries.count(), TopRows(job.count));
  if (job.count > 0) {
    std::vector<std::unique_ptr<Searcher>> searchers(threads);
    forPieces(job.matrix.rows, pieceRows(job.matrix), threads, [&](uint32_t thread, size_t first, size_t end) {
      if (!searchers[thread]) searchers[thread] = std::make_unique<Searcher>(job, kernel, queries);
      searchers[thread]->search(first, end);
    });
    for (const auto& searcher : searchers) {
      if (searcher) searcher->giveTo(all);
    }
  }
  std::vector<std::vector<ScoredRow>> found;
  for (TopRows& top : all) found.push_back(top.sorted());
  return found;
}

void dotProducts(const RowMatrix& matrix, const RowMatrix& queries, const SearchKernel& kernel, float* products) {
  PreparedQueries prepared(queries, kernel);
  for (size_t q = 0; q < queries.rows; q++) prepared.prepare(q, queries.row(q));
  std::vector<float> dots(queries.rows * kSearchRows);
  for (size_t first = 0; queries.rows > 0 && first < matrix.rows; first += kSearchRows) {
    const size_t count = std::min(kSearchRows, matrix.rows - first);
    kernel.dots({matrix.row(first), count, matrix.dimensions, matrix.stride}, prepared.data(), queries.rows, dots.data());
    for (size_t q = 0; q < queries.rows; q++) {
      std::memcpy(products + q * matrix.rows + first, dots.data() + q * kSearchRows, count * sizeof(float));
    }
  }
}

void rowLengths(const RowMatrix& matrix, double* lengths, uint32_t threads) {
  forPieces(matrix.rows, pieceRows(matrix), threads, [&](uint32_t, size_t first, size_t end) {
    for (size_t row = first; row < end; row++) lengths[row] = lengthOf(matrix.row(row), matrix.dimensions);
  });
}

double sumFloats(const float* data, size_t count, const SearchKernel& kernel, uint32_t threads) {
  std::vector<double> sums(threads);
  forPieces(count, kPieceFloats, threads, [&](uint32_t thread, size_t first, size_t end) {
    sums[thread] += kernel.sum(data + first, end - first);
  });
  double total = 0;
  for (const double sum : sums) total += sum;
  return total;
}

}  // namespace wordmill
