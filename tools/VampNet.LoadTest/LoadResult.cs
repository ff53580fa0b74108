namespace VampNet.LoadTest;

/// <summary>The outcomes of the requests of a <see cref="LoadRun"/>.</summary>
/// <param name="Done">Requests whose result was fetched whole.</param>
/// <param name="Cancelled">Requests that were cancelled, and said so.</param>
/// <param name="Lost">Requests that ended otherwise, with what they said.</param>
/// <param name="MemoryBytes">The managed heap after a full collection, at the end of each quarter of the requests.</param>
public sealed record LoadResult(int Done, int Cancelled, IReadOnlyList<string> Lost, IReadOnlyList<long> MemoryBytes);
