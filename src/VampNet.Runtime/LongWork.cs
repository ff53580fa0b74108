namespace VampNet.Runtime;

/// <summary>Work of seconds to minutes, each on a thread of its own: on the pool's threads a few pieces would hold up every timer and
/// request of the application.</summary>
internal static class LongWork
{
    /// <summary>Starts the work.</summary>
    /// <param name="work">What to do; it watches the token itself.</param>
    /// <param name="cancellationToken">Keeps work from starting.</param>
    public static Task<T> RunAsync<T>(Func<T> work, CancellationToken cancellationToken) =>
        Task.Factory.StartNew(
            work,
            cancellationToken,
            TaskCreationOptions.LongRunning | TaskCreationOptions.DenyChildAttach,
            TaskScheduler.Default
        );
}
