using System.CommandLine;

namespace VampNet.Cli.Batch;

/// <summary><c>--shard I/N</c>: which part of the batch this process does.</summary>
internal sealed class ShardOption
{
    private readonly Option<string> _shard = new("--shard")
    {
        HelpName = "I/N",
        Description =
            "Do part I of N equal parts, I from 0 to N-1. Without it: the task of a Slurm job array or the pod of a Kubernetes "
            + "Indexed Job, "
            + "else the whole batch.",
    };

    public ShardOption()
    {
        _shard.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var text }] && Shard.Parse(text, _shard.Name) is null)
            {
                result.AddError(
                    $"Found \"{text}\" for {_shard.Name}. Expected I/N, such as 0/8: I from 0 to N-1, N from 1 to {Shard.MostShards}."
                );
            }
        });
    }

    /// <summary>The option itself.</summary>
    public Option Option => _shard;

    /// <summary>The part that a command line, or else the environment, asks for.</summary>
    /// <exception cref="UsageException">The environment does not say which part.</exception>
    public Shard Read(ParseResult arguments) =>
        arguments.GetValue(_shard) is { } text ? Shard.Parse(text, _shard.Name)! : Shard.OfEnvironment(Environment.GetEnvironmentVariable);
}
