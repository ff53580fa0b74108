using System.Security.Cryptography;
using Microsoft.ML.OnnxRuntime;
using VampNet.Runtime.Generation;

namespace VampNet.Runtime.Models;

/// <summary>A step graph on ONNX Runtime: coarse_step.onnx or c2f_step.onnx. Thread-safe.</summary>
internal sealed class OnnxSamplingStep : ISamplingStep, IDisposable
{
    private static readonly (string Name, Type Type)[] Inputs =
    [
        ("codes", typeof(long)),
        ("logits", typeof(float)),
        ("step", typeof(long)),
        ("steps", typeof(long)),
        ("temperature", typeof(float)),
        ("mask_temperature", typeof(float)),
        ("top_p", typeof(float)),
        ("sample_cutoff", typeof(double)),
        ("masked_at_start", typeof(long)),
        ("token_exponential", typeof(float)),
        ("mask_uniform", typeof(float)),
    ];
    private static readonly string[] InputNames = [.. Inputs.Select(input => input.Name)];
    private static readonly string[] OutputNames = ["next_codes", "tokens"];

    private readonly InferenceSession _session;
    private readonly string _path;

    private OnnxSamplingStep(string path, InferenceSession session)
    {
        (_path, _session) = (path, session);
        using FileStream file = File.OpenRead(path);
        GraphSha256 = Convert.ToHexStringLower(SHA256.HashData(file));
    }

    /// <summary>SHA-256 of the graph's file.</summary>
    public string GraphSha256 { get; }

    /// <summary>Loads the step graph at <paramref name="path"/>.</summary>
    /// <param name="path">The graph's file.</param>
    /// <param name="options">Provider and threads.</param>
    /// <param name="codebooks">C of the transformer that it will serve.</param>
    /// <param name="predicted">P of that transformer.</param>
    /// <param name="vocabulary">V of that transformer.</param>
    /// <exception cref="RuntimeException">VNR0301 to VNR0303: no such file, damaged, or no such provider. VNR0304: no step graph. VNR0311:
    /// a step graph for another transformer.</exception>
    public static OnnxSamplingStep Open(string path, ModelOptions options, int codebooks, int predicted, int vocabulary)
    {
        ArgumentNullException.ThrowIfNull(options);
        InferenceSession session = OnnxModel.Load(path, options);
        try
        {
            RequireContract(session, path, codebooks, predicted, vocabulary);
            return new OnnxSamplingStep(path, session);
        }
        catch (RuntimeException)
        {
            session.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Require(GenerateOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        string? found =
            options.Sampling.TopK is { } count ? $"top-k {count}"
            : options.Sampling.FilterTypical ? "typical filtering"
            : null;
        if (found is not null)
        {
            throw new RuntimeException(
                RuntimeErrorIds.StepGraphLacksOption,
                found: $"the option {found}, which the step graph '{_path}' has no input for",
                expected: "no options of sampling but temperature, top-p and the cutoff",
                advice: "Leave the option out, or sample without step graphs"
            );
        }
    }

    /// <inheritdoc/>
    public void Run(SamplingStepInputs inputs, TokenGrid<long> next, TokenGrid<long> tokens, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(next);
        ArgumentNullException.ThrowIfNull(tokens);
        (TokenGrid<long> codes, GenerateOptions options) = (inputs.Codes, inputs.Options);
        long[] shape = [codes.Batch, codes.Codebooks, codes.Frames];
        long perPiece = inputs.Uniforms.Length / codes.Batch,
            vocabulary = inputs.Logits.Length / inputs.Uniforms.Length;
        using DisposableList values =
        [
            Tensor(codes.Values, shape),
            Tensor(inputs.Logits, [codes.Batch, codes.Frames, perPiece / codes.Frames, vocabulary]),
            Tensor([(long)inputs.Step], []),
            Tensor([(long)options.Steps], []),
            Tensor([options.Sampling.Temperature], []),
            Tensor([options.MaskTemperature], []),
            Tensor([options.Sampling.TopP ?? 1], []),
            Tensor([options.SampleCutoff], []),
            Tensor([(long)inputs.MaskedAtStart], []),
            Tensor(inputs.Exponentials, [inputs.Uniforms.Length, vocabulary]),
            Tensor(inputs.Uniforms, [codes.Batch, perPiece]),
        ];
        using DisposableList results = [Tensor(next.Values, shape), Tensor(tokens.Values, shape)];
        using RunOptions run = new();
        using CancellationTokenRegistration stop = cancellationToken.Register(() => run.Terminate = true);
        try
        {
            _session.Run(run, InputNames, values, OutputNames, results);
        }
        catch (OnnxRuntimeException problem)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw OnnxModel.RunFailed(_path, shape, problem);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _session.Dispose();

    private static OrtValue Tensor<T>(T[] elements, long[] shape)
        where T : unmanaged => OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, elements.AsMemory(), shape);

    private static void RequireContract(InferenceSession session, string path, int codebooks, int predicted, int vocabulary)
    {
        bool fits =
            session.InputMetadata.Count == Inputs.Length
            && Inputs.All(input =>
                session.InputMetadata.TryGetValue(input.Name, out NodeMetadata? found) && found.ElementType == input.Type
            )
            && OutputNames.All(session.OutputMetadata.ContainsKey);
        if (!fits)
        {
            throw new RuntimeException(
                RuntimeErrorIds.OtherGraph,
                found: $"a graph with the inputs {string.Join(", ", session.InputMetadata.Keys)} and the outputs "
                    + $"{string.Join(", ", session.OutputMetadata.Keys)} in '{path}'",
                expected: $"a step graph with the inputs {string.Join(", ", InputNames)} and the outputs {string.Join(", ", OutputNames)}",
                advice: "Write it with vampnet step"
            );
        }

        int[] codes = session.InputMetadata["codes"].Dimensions,
            logits = session.InputMetadata["logits"].Dimensions;
        if (codes is not [_, var foundCodebooks, _] || logits is not [_, _, var foundPredicted, var foundVocabulary])
        {
            (foundCodebooks, foundPredicted, foundVocabulary) = (0, 0, 0);
        }

        if ((foundCodebooks, foundPredicted, foundVocabulary) != (codebooks, predicted, vocabulary))
        {
            throw new RuntimeException(
                RuntimeErrorIds.StepGraphMismatch,
                found: $"a step graph for {foundCodebooks} codebooks, {foundPredicted} of them predicted, and a vocabulary of "
                    + $"{foundVocabulary} in '{path}'",
                expected: $"{codebooks}, {predicted} and {vocabulary}, as the transformer beside it has",
                advice: "Write it again with vampnet step"
            );
        }
    }

    private sealed class DisposableList : List<OrtValue>, IDisposable
    {
        public void Dispose() => ForEach(value => value.Dispose());
    }
}
