namespace VampNet.Checkpoints.Pickling;

// Values of a pickle are object?: null (None), bool, long, BigInteger, double, string, byte[], and the types of this file.

/// <summary>A tuple, or a torch.Size.</summary>
internal sealed record PickleTuple(object?[] Items);

/// <summary>A list.</summary>
internal sealed record PickleList(List<object?> Items);

/// <summary>A set or frozenset, in the order written.</summary>
internal sealed record PickleSet(List<object?> Items);

/// <summary>A module-level name. Naming one imports nothing.</summary>
internal sealed record PickleGlobal(string Module, string Name)
{
    public string FullName { get; } = $"{Module}.{Name}";
}

/// <summary>An instance of an unknown global. It was not called; <see cref="State"/> is what BUILD attached, if anything.</summary>
internal sealed class PickleInstance(PickleGlobal type)
{
    public PickleGlobal Type { get; } = type;

    public object? State { get; set; }
}

/// <summary>A numpy dtype: its array-interface code such as <c>f8</c>, and whether it is big endian.</summary>
internal sealed class NumpyType(string code)
{
    public string Code { get; } = code;

    public bool BigEndian { get; set; }
}

/// <summary>A storage named by a persistent id. <paramref name="ElementType"/> is null for an untyped storage, measured in bytes.</summary>
internal sealed record StorageReference(TensorElementType? ElementType, string Key, long ElementCount, StorageWindow? Window)
{
    public int ElementSize => ElementType?.ByteSize() ?? 1;
}

/// <summary>A part of a storage that has a key of its own, in elements; only the oldest files have it.</summary>
internal sealed record StorageWindow(string Key, long Offset, long ElementCount);

/// <summary>A tensor as torch._utils rebuilds it.</summary>
internal sealed record TensorReference(StorageReference Storage, TensorElementType ElementType, long Offset, long[] Shape, long[] Strides);

/// <summary>A numpy array. It is empty until BUILD gives it its state.</summary>
internal sealed class NumpyArray
{
    public long[] Shape { get; private set; } = [0];

    public NumpyType? Type { get; private set; }

    /// <summary>Whether the first axis varies fastest.</summary>
    public bool IsFortranOrder { get; private set; }

    /// <summary>The elements' bytes, or for arrays of Python objects a <see cref="PickleList"/>.</summary>
    public object? Data { get; private set; }

    /// <summary>Takes the state that numpy's ndarray.__reduce__ gives: (version, shape, dtype, is_fortran, data).</summary>
    /// <returns>False when it has another form.</returns>
    public bool TrySet(object? state)
    {
        if (
            state is not PickleTuple { Items: [long, PickleTuple shape, NumpyType type, bool fortran, (byte[] or PickleList) and var data] }
            || shape.Items.Length > 32
            || !shape.Items.All(static item => item is >= 0L)
        )
        {
            return false;
        }

        (Shape, Type, IsFortranOrder, Data) = ([.. shape.Items.Select(static item => (long)item!)], type, fortran, data);
        return true;
    }
}
