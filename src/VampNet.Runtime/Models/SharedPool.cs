using Microsoft.ML.OnnxRuntime;

namespace VampNet.Runtime.Models;

/// <summary>Finds out whether ONNX Runtime's environment has a thread pool for all sessions. ONNX Runtime has no query for this, but a
/// session without threads of its own loads only if there is one.</summary>
internal static class SharedPool
{
    // The smallest graph: y = Identity(x), float scalars, opset 13.
    private static ReadOnlySpan<byte> Graph =>
        [
            0x08,
            8, // ir_version
            0x3A,
            47, // graph
            0x0A,
            16,
            0x0A,
            1,
            (byte)'x',
            0x12,
            1,
            (byte)'y',
            0x22,
            8,
            (byte)'I',
            (byte)'d',
            (byte)'e',
            (byte)'n',
            (byte)'t',
            (byte)'i',
            (byte)'t',
            (byte)'y', // node
            0x12,
            1,
            (byte)'g', // name
            0x5A,
            11,
            0x0A,
            1,
            (byte)'x',
            0x12,
            6,
            0x0A,
            4,
            0x08,
            1,
            0x12,
            0, // input: float, no dimensions
            0x62,
            11,
            0x0A,
            1,
            (byte)'y',
            0x12,
            6,
            0x0A,
            4,
            0x08,
            1,
            0x12,
            0, // output
            0x42,
            2,
            0x10,
            13, // opset_import
        ];

    /// <summary>Whether there is a shared pool. The environment must exist.</summary>
    public static bool Exists()
    {
        using SessionOptions options = new();
        options.DisablePerSessionThreads();
        try
        {
            new InferenceSession(Graph.ToArray(), options).Dispose();
            return true;
        }
        catch (OnnxRuntimeException)
        {
            return false;
        }
    }
}
