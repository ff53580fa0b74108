namespace VampNet.Runtime;

/// <summary>Runs work of seconds to minutes, each on its own thread: on the thread pool a few pieces would delay every timer and request of
/// the application.</summary>
internal static class LongWork
{
    /// <summary>Starts the work.</summary>
    /// <param name="work">The work, which observes the token itself.</param>
    /// <param name="cancellationToken">Keeps work from starting.</param>
    public static Task<T> RunAsync<T>(Func<T> work, CancellationToken cancellationToken) =>
        Task.Factory.StartNew(
            work,
            cancellationToken,
            TaskCreationOptions.LongRunning | TaskCreationOptions.DenyChildAttach,
            TaskScheduler.Default
        );
}
