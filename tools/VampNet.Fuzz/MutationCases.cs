using VampNet.Onnx;
using VampNet.Onnx.Rewriting;

namespace VampNet.Fuzz;

/// <summary>Damaged models, each made from a seed alone: equal seeds, equal damage, whatever ran before.</summary>
/// <param name="models">Whole models to damage.</param>
/// <param name="folder">An empty folder for external data.</param>
internal sealed class MutationCases(IReadOnlyList<byte[]> models, string folder)
{
    /// <summary>One case in this many damages the header of external data.</summary>
    public const int HeaderShare = 11;

    /// <summary>The time after which a case counts as hanging; honest ones take milliseconds.</summary>
    public static readonly TimeSpan MostTime = TimeSpan.FromSeconds(20);

    private readonly ExternalHeader _header = new(folder);

    /// <summary>Runs consecutive seeds until one fails.</summary>
    /// <param name="seed">The first seed.</param>
    /// <param name="count">Number of cases.</param>
    /// <param name="optimizes">Whether models that can be read are optimized too.</param>
    public MutationResult Run(int seed, int count, bool optimizes = false)
    {
        MutationResult result = new(0, 0, 0, null);
        for (int i = 0; i < count && result.Failure is null; i++)
        {
            result = result.With(RunOne(unchecked(seed + i), optimizes));
        }

        return result;
    }

    private MutationOutcome RunOne(int seed, bool optimizes)
    {
        Random random = new(seed);
        bool isHeader = (uint)seed % HeaderShare == 0;
        string[] files = Directory.GetFiles(folder);
        var work = Task.Run(() =>
            Use(isHeader ? _header.Mutate(random) : ModelMutator.Mutate(models[(int)((uint)seed % models.Count)], random), optimizes)
        );
        string? failure;
        try
        {
            failure = work.Wait(MostTime) ? null : $"it did not end within {MostTime.TotalSeconds} s";
        }
        catch (AggregateException exception)
            when (exception.InnerException is OnnxException { Id: not (DiagnosticIds.PassBrokeGraph or DiagnosticIds.NoFixpoint) })
        {
            failure = null;
        }
        catch (AggregateException exception)
        {
            // Any other exception is what this program searches for.
            failure = exception.InnerException!.ToString();
        }

        failure ??= Directory.GetFiles(folder).SequenceEqual(files) ? null : "it left other files in the folder";
        return new MutationOutcome(isHeader, work.IsCompletedSuccessfully, failure is null ? null : new MutationFailure(seed, failure));
    }

    /// <summary>Does with a model what a tool does.</summary>
    /// <exception cref="OnnxException">The model is refused, as it should be.</exception>
    private void Use(byte[] bytes, bool optimizes)
    {
        using Model model = ModelReader.Read(bytes, folder);
        _ = ModelVerifier.Verify(model);
        _ = ModelVerifier.VerifyTypes(model);
        _ = ModelPrinter.Print(model);
        using Model again = ModelReader.Read(ModelWriter.ToBytes(model));
        if (optimizes)
        {
            ModelOptimizer.Optimize(model, RewriteTarget.OnnxRuntime);
            ModelVerifier.Require(model);
        }
    }
}
