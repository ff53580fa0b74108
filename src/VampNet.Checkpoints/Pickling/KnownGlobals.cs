using System.Collections.Frozen;
using System.Text;

namespace VampNet.Checkpoints.Pickling;

/// <summary>The allow-list of globals: those that PyTorch's tensors and containers and numpy's scalars need. Every other global stays a
/// name.</summary>
internal static class KnownGlobals
{
    private delegate object? Constructor(object?[] arguments, PickleBudget budget);

    private static readonly FrozenDictionary<string, Constructor> Constructors = new Dictionary<string, Constructor>
    {
        ["collections.OrderedDict"] = OrderedDict,
        ["builtins.set"] = Set,
        ["builtins.frozenset"] = Set,
        ["__builtin__.set"] = Set,
        ["__builtin__.frozenset"] = Set,
        ["_codecs.encode"] = Encode,
        ["torch.Size"] = static (arguments, _) => arguments is [PickleTuple size] ? size : null,
        ["torch.device"] = static (arguments, _) =>
            arguments switch
            {
                [string device] => device,
                [string { Length: <= 64 } kind, long index] => $"{kind}:{index}",
                _ => null,
            },
        ["torch._utils._rebuild_tensor"] = static (arguments, _) =>
            arguments is [StorageReference storage, long offset, PickleTuple shape, PickleTuple strides]
                ? Tensor(storage, storage.ElementType, offset, shape, strides)
                : null,
        ["torch._utils._rebuild_tensor_v2"] = static (arguments, _) =>
            arguments is [StorageReference storage, long offset, PickleTuple shape, PickleTuple strides, ..]
                ? Tensor(storage, storage.ElementType, offset, shape, strides)
                : null,
        ["torch._utils._rebuild_tensor_v3"] = static (arguments, _) =>
            arguments is [StorageReference storage, long offset, PickleTuple shape, PickleTuple strides, _, _, PickleGlobal type, ..]
                ? Tensor(storage, ElementType(type), offset, shape, strides)
                : null,
        ["torch._utils._rebuild_parameter"] = static (arguments, _) => arguments is [TensorReference tensor, ..] ? tensor : null,
        ["torch._utils._rebuild_parameter_with_state"] = static (arguments, _) => arguments is [TensorReference tensor, ..] ? tensor : null,
        ["numpy.dtype"] = static (arguments, _) => arguments is [string { Length: <= 16 } code, ..] ? new NumpyType(code) : null,
        ["numpy.core.multiarray.scalar"] = NumpyScalar,
        ["numpy._core.multiarray.scalar"] = NumpyScalar,
    }.ToFrozenDictionary();

    // A .dac file is a pickled numpy array; no checkpoint is, and there an array stays a name.
    private static readonly FrozenSet<string> ArrayConstructors = FrozenSet.Create(
        "numpy.core.multiarray._reconstruct",
        "numpy._core.multiarray._reconstruct"
    );

    /// <summary>Evaluates the call <c>global(*arguments)</c>: a plain value if the global is known, otherwise a placeholder with the name,
    /// without calling anything.</summary>
    /// <param name="global">The callable's name.</param>
    /// <param name="arguments">The arguments.</param>
    /// <param name="budget">The remaining memory of the file.</param>
    /// <param name="withArrays">Whether numpy arrays are read too.</param>
    /// <exception cref="CheckpointException">VNC0309: a known global with arguments PyTorch does not give it.</exception>
    public static object Construct(PickleGlobal global, PickleTuple arguments, PickleBudget budget, bool withArrays = false)
    {
        budget.Charge(2 * PickleBudget.ObjectBytes);
        if (withArrays && ArrayConstructors.Contains(global.FullName))
        {
            return arguments.Items is [PickleGlobal { FullName: "numpy.ndarray" }, PickleTuple, byte[] or string]
                ? new NumpyArray()
                : throw new CheckpointException(
                    CheckpointErrorIds.ArgumentsUnknown,
                    $"{global.FullName} with arguments of an unknown form",
                    "numpy.ndarray, a shape and a type code",
                    "The file was not written by numpy.save"
                );
        }

        return Constructors.TryGetValue(global.FullName, out Constructor? construct)
            ? construct(arguments.Items, budget)
                ?? throw new CheckpointException(
                    CheckpointErrorIds.ArgumentsUnknown,
                    $"{global.FullName} with arguments of an unknown form",
                    "the arguments that PyTorch gives it",
                    "The file was not written by torch.save, or by a newer PyTorch"
                )
            : new PickleInstance(global);
    }

    private static PickleDict? OrderedDict(object?[] arguments, PickleBudget budget)
    {
        PickleDict dict = new();
        if (arguments is [PickleList pairs])
        {
            budget.Charge((long)PickleBudget.ObjectBytes * pairs.Items.Count);
            foreach (object? pair in pairs.Items)
            {
                object?[]? items = pair is PickleTuple tuple ? tuple.Items : (pair as PickleList)?.Items.ToArray();
                if (items is not [var key, var value])
                {
                    return null;
                }

                dict.Set(key, value);
            }

            return dict;
        }

        return arguments.Length == 0 ? dict : null;
    }

    private static PickleSet? Set(object?[] arguments, PickleBudget budget)
    {
        List<object?>? items = arguments switch
        {
            [] => [],
            [PickleList list] => [.. list.Items],
            [PickleTuple tuple] => [.. tuple.Items],
            _ => null,
        };
        budget.Charge(8L * (items?.Count ?? 0));
        return items is null ? null : new PickleSet(items);
    }

    /// <summary>The form of bytes in protocol 2: Latin-1 text to be encoded.</summary>
    private static byte[]? Encode(object?[] arguments, PickleBudget budget)
    {
        if (arguments is not [string text, "latin1" or "latin-1"] || text.Any(static c => c > 255))
        {
            return null;
        }

        budget.Charge(text.Length);
        return Encoding.Latin1.GetBytes(text);
    }

    private static TensorReference? Tensor(
        StorageReference storage,
        TensorElementType? type,
        long offset,
        PickleTuple shape,
        PickleTuple strides
    )
    {
        return type is { } elementType && Integers(shape) is { } extents && Integers(strides) is { } steps
            ? new TensorReference(storage, elementType, offset, extents, steps)
            : null;
    }

    private static TensorElementType? ElementType(PickleGlobal type) =>
        type.Module == "torch" && TensorElementTypes.TryFromTorchName(type.Name, out TensorElementType known)
            ? known
            : throw new CheckpointException(
                CheckpointErrorIds.ElementTypeUnsupported,
                $"a tensor of type {type.FullName}",
                "a floating-point, integer, boolean or complex type",
                "Convert it in PyTorch and save again"
            );

    private static long[]? Integers(PickleTuple tuple) =>
        tuple.Items.Length <= 64 && tuple.Items.All(static item => item is long)
            ? [.. tuple.Items.Select(static item => (long)item!)]
            : null;

    private static object? NumpyScalar(object?[] arguments, PickleBudget budget) =>
        arguments is [NumpyType type, byte[] bytes] ? NumpyScalars.Read(type, bytes) : null;
}
